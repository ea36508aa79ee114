// At the moment between looking and opening: somebody else changes the path meanwhile.
#define _GNU_SOURCE 1
#include "probe.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { tries = 20000 };

static pid_t begin_child(void) {
    pid_t pid = fork();
    if (pid == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
    return pid;
}

// Opens PLACE/NAME again and again; a read of anything is a way out.
static int open_often(const char *place, const char *name, pid_t swapper) {
    char path[700];
    snprintf(path, sizeof path, "%s/%s", place, name);
    int code = ENOENT, reads = 0;
    for (int i = 0; i < tries; i++) {
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (fd < 0) {
            code = errno;
            continue;
        }
        read_and_note(fd);
        close(fd);
        reads++;
        break;
    }
    end_child(swapper);
    if (!reads) note("%d tries", tries);
    return reads ? 0 : code;
}

// A folder and a link change places all the time. a: folder to work in, where the link leads, what to read there
static int swapped_link(char **a) {
    char door[600], link[600];
    snprintf(door, sizeof door, "%s/door", a[0]);
    snprintf(link, sizeof link, "%s/link", a[0]);
    if (mkdir(door, 0755) < 0 || symlink(a[1], link) < 0) return errno;
    pid_t pid = begin_child();
    if (pid < 0) return errno;
    if (pid == 0)
        for (;;) syscall(SYS_renameat2, AT_FDCWD, door, AT_FDCWD, link, 2);
    return open_often(door, a[2], pid);
}

// The same by taking one away and putting the other there.
static int renamed_link(char **a) {
    char door[600], link[600], away[600];
    snprintf(door, sizeof door, "%s/door", a[0]);
    snprintf(link, sizeof link, "%s/link", a[0]);
    snprintf(away, sizeof away, "%s/away", a[0]);
    if (mkdir(door, 0755) < 0 || symlink(a[1], link) < 0) return errno;
    pid_t pid = begin_child();
    if (pid < 0) return errno;
    if (pid == 0)
        for (;;) {
            rename(door, away);
            rename(link, door);
            rename(door, link);
            rename(away, door);
        }
    return open_often(door, a[2], pid);
}

// A folder is moved up while a path goes up from inside of it. a: folder to work in, the path outside
static int moved_folder(char **a) {
    char deep[600], shallow[600], path[1200];
    snprintf(deep, sizeof deep, "%s/a/b", a[0]);
    snprintf(shallow, sizeof shallow, "%s/b", a[0]);
    snprintf(path, sizeof path, "%s/a", a[0]);
    if (mkdir(path, 0755) < 0 || mkdir(deep, 0755) < 0 || chdir(deep) < 0) return errno;
    pid_t pid = begin_child();
    if (pid < 0) return errno;
    if (pid == 0)
        for (;;) {
            rename(deep, shallow);
            rename(shallow, deep);
        }
    // As deep as the folder to work in is, and some more: `..` of the root is the root.
    strcpy(path, "..");
    for (int i = 0; i < 20; i++) strcat(path, "/..");
    return open_often(path, a[1] + 1, pid);
}

// The link is swapped while somebody writes through it. a: folder to work in, the file outside
static int swapped_target(char **a) {
    char file[600], link[600];
    snprintf(file, sizeof file, "%s/file", a[0]);
    snprintf(link, sizeof link, "%s/link", a[0]);
    int fd = open(file, O_CREAT | O_WRONLY, 0644);
    if (fd < 0 || symlink(a[1], link) < 0) return errno;
    close(fd);
    struct stat own;
    if (stat(file, &own) < 0) return errno;
    pid_t pid = begin_child();
    if (pid < 0) return errno;
    if (pid == 0)
        for (;;) syscall(SYS_renameat2, AT_FDCWD, file, AT_FDCWD, link, 2);
    int wrote = 0, code = ENOENT;
    for (int i = 0; i < tries && !wrote; i++) {
        fd = open(file, O_WRONLY | O_APPEND | O_CLOEXEC);
        if (fd < 0) {
            code = errno;
            continue;
        }
        struct stat status;
        if (fstat(fd, &status) == 0 && status.st_ino != own.st_ino && write_text(fd, "raced\n") == 0) wrote = 1;
        close(fd);
    }
    end_child(pid);
    if (!wrote) note("%d tries", tries);
    return wrote ? 0 : code;
}

const struct attempt racing_attempts[] = {
    {"swapped-link", swapped_link}, {"renamed-link", renamed_link}, {"moved-folder", moved_folder},
    {"swapped-target", swapped_target}, {0, 0},
};

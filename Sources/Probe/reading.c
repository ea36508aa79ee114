// At what is outside of the view: reading, listing and looking, by every spelling of a path.
#define _GNU_SOURCE 1
#include "probe.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

static int read_path(char **a) {
    int fd = open(a[0], O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    return fd < 0 ? errno : read_and_note(fd);
}

static int list(char **a) {
    DIR *folder = opendir(a[0]);
    if (!folder) return errno;
    char names[200] = "";
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.' && (!entry->d_name[1] || entry->d_name[1] == '.')) continue;
        count++;
        if (strlen(names) + strlen(entry->d_name) + 2 < sizeof names) strcat(strcat(names, entry->d_name), " ");
    }
    note("%d entries: %s", count, names);
    // An empty one stands for what is not to be seen.
    return count > 0 ? 0 : ENOENT;
}

static int look(char **a) {
    struct stat status;
    if (stat(a[0], &status) < 0) return errno;
    note("inode %llu, %lld bytes", (unsigned long long)status.st_ino, (long long)status.st_size);
    return 0;
}

// Up as far as it goes, and down again by names.
static int walk_up(char **a) {
    for (int i = 0; i < 64; i++)
        if (chdir("..") < 0) return errno;
    char *path[] = {a[0] + 1};
    return read_path(path);
}

// A descriptor on the path, opened anew through /proc.
static int reopen(char **a) {
    int fd = open(a[0], O_PATH | O_CLOEXEC);
    if (fd < 0) return errno;
    char again[40];
    snprintf(again, sizeof again, "/proc/self/fd/%d", fd);
    char *path[] = {again};
    return read_path(path);
}

// By the number of the file, past all names.
static int by_handle(char **a) {
    union {
        struct file_handle handle;
        char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
    } place = {.handle = {.handle_bytes = MAX_HANDLE_SZ}};
    int mount = 0;
    if (name_to_handle_at(AT_FDCWD, a[0], &place.handle, &mount, 0) < 0) {
        // Its name is not there: the root of its file system, whose number is known.
        place.handle.handle_bytes = 8;
        place.handle.handle_type = 1;
        memcpy(place.handle.f_handle, "\2\0\0\0\0\0\0\0", 8);
    }
    int folder = open(".", O_RDONLY | O_DIRECTORY);
    int fd = open_by_handle_at(folder, &place.handle, O_RDONLY);
    return fd < 0 ? errno : read_and_note(fd);
}

// What the standard streams are open on, as a folder to start from.
static int from_streams(char **a) {
    int code = ENOTDIR;
    for (int stream = 0; stream < 3; stream++) {
        int fd = openat(stream, a[0], O_RDONLY | O_CLOEXEC);
        if (fd >= 0) return read_and_note(fd);
        code = errno;
    }
    return code;
}

static int descriptors(char **a) {
    (void)a;
    for (int fd = 3; fd < 4096; fd++) {
        if (fcntl(fd, F_GETFD) < 0) continue;
        char path[40], target[200];
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        ssize_t length = readlink(path, target, sizeof target - 1);
        target[length > 0 ? length : 0] = 0;
        note("descriptor %d is open on %s", fd, target);
        return 0;
    }
    return EBADF;
}

static int relative_link(char **a) {
    if (symlink(a[0], a[1]) < 0) return errno;
    char *path[] = {a[1]};
    return read_path(path);
}

// One link leads to the next.
static int chain_of_links(char **a) {
    char name[600], before[600];
    snprintf(before, sizeof before, "%s", a[0]);
    for (int i = 0; i < 8; i++) {
        snprintf(name, sizeof name, "%.500s-%d", a[1], i);
        if (symlink(before, name) < 0) return errno;
        strcpy(before, name);
    }
    char *path[] = {before};
    return read_path(path);
}

// The way out that chroot is known for: a root below the folder that one stands in.
static int second_root(char **a) {
    if (mkdir(a[1], 0755) < 0) return errno;
    if (chroot(a[1]) < 0) return errno;
    return walk_up(a);
}

static int inside_root(char **a) {
    unsigned long long how[3] = {O_RDONLY, 0, 0};
    int fd = (int)syscall(SYS_openat2, AT_FDCWD, a[0], how, sizeof how);
    return fd < 0 ? errno : read_and_note(fd);
}

// Another name for it, then read under that.
static int renamed(char **a) {
    if (rename(a[0], a[1]) < 0) return errno;
    char *path[] = {a[1]};
    return read_path(path);
}
// Its folder goes elsewhere, and takes it along.
static int folder_renamed(char **a) {
    if (rename(a[0], a[1]) < 0) return errno;
    return read_path(a + 2);
}
static int linked(char **a) {
    if (link(a[0], a[1]) < 0) return errno;
    char *path[] = {a[1]};
    return read_path(path);
}

// Anything at all that is mounted without nosuid or nodev.
static int loose_mount(char **a) {
    (void)a;
    FILE *mounts = fopen("/proc/self/mounts", "re");
    if (!mounts) return errno;
    char line[2000];
    while (fgets(line, sizeof line, mounts)) {
        char *place = strchr(line, ' ');
        if (!place) continue;
        char *end = strchr(++place, ' ');
        if (!end) continue;
        *end = 0;
        if (!strstr(end + 1, "nosuid")) {
            note("%s is mounted without nosuid", place);
            return 0;
        }
    }
    return EACCES;
}

const struct attempt reading_attempts[] = {
    {"read", read_path}, {"list", list}, {"look", look}, {"walk-up", walk_up}, {"reopen", reopen},
    {"by-handle", by_handle}, {"from-streams", from_streams}, {"descriptors", descriptors},
    {"link-and-read", relative_link}, {"chain-of-links", chain_of_links}, {"second-root", second_root},
    {"openat2", inside_root}, {"rename-and-read", renamed}, {"rename-folder-and-read", folder_renamed}, {"hard-link-and-read", linked},
    {"loose-mount", loose_mount}, {0, 0},
};

// At what must not change: files outside, and what is run or obeyed by somebody else later.
#define _GNU_SOURCE 1
#include "probe.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <unistd.h>

static const char text[] = "an attempt was here\n";

static int write_to(const char *path, int flags, mode_t mode) {
    int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | flags, mode);
    if (fd < 0) return errno;
    int code = write_text(fd, text);
    close(fd);
    return code;
}

static int append(char **a) { return write_to(a[0], O_APPEND, 0); }
static int create(char **a) { return write_to(a[0], O_CREAT | O_EXCL, 0644); }
static int put(char **a) { return write_to(a[0], O_CREAT | O_TRUNC, 0644); }

// Into a setting of the kernel: what it takes is given by the caller.
static int set(char **a) {
    int fd = open(a[0], O_WRONLY | O_CLOEXEC);
    return fd < 0 ? errno : write_text(fd, a[1]);
}

// Files of the machine itself are never changed, not even where it is allowed: the right to open one for writing, or to
// have a file without a name in a folder, is shown and left at that.
static int open_to_write(char **a) {
    int fd = open(a[0], O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) return errno;
    close(fd);
    return 0;
}
static int unnamed(char **a) {
    int fd = open(a[0], O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) return errno;
    close(fd);
    return 0;
}

// Made beside it and moved over it: no right to write into the file itself is needed.
static int replace(char **a) {
    int code = write_to(a[1], O_CREAT | O_TRUNC, 0644);
    if (code) return code;
    RESULT(rename(a[1], a[0]));
}

static int make_folders(const char *path) {
    char part[1024];
    for (size_t i = 0; path[i] && i + 1 < sizeof part; i++) {
        part[i] = path[i];
        part[i + 1] = 0;
        if (path[i + 1] == '/' && mkdir(part, 0755) < 0 && errno != EEXIST && errno != EROFS && errno != EACCES)
            return errno;
    }
    return 0;
}

// With the folders on the way to it.
static int put_beneath(char **a) {
    int code = make_folders(a[0]);
    return code ? code : put(a);
}

// The folder above goes elsewhere, and one of ours takes its place with the file in it.
static int move_away(char **a) {
    if (rename(a[0], a[1]) < 0) return errno;
    char *rest[] = {a[2]};
    return put_beneath(rest);
}

static int link_over(char **a) {
    unlink(a[1]);
    RESULT(symlink(a[0], a[1]));
}

static int remove_file(char **a) { RESULT(unlink(a[0])); }
static int remove_folder(char **a) { RESULT(rmdir(a[0])); }
static int move(char **a) { RESULT(rename(a[0], a[1])); }
static int exchange(char **a) { RESULT(syscall(SYS_renameat2, AT_FDCWD, a[0], AT_FDCWD, a[1], 2)); }
static int hard_link(char **a) { RESULT(link(a[0], a[1])); }
static int make_folder(char **a) { RESULT(mkdir(a[0], 0755)); }
static int change_mode(char **a) { RESULT(chmod(a[0], (mode_t)strtol(a[1], NULL, 8))); }
static int change_owner(char **a) { RESULT(chown(a[0], getuid(), getgid())); }
static int change_times(char **a) { RESULT(utimes(a[0], NULL)); }
static int change_attribute(char **a) { RESULT(setxattr(a[0], "user.attempt", "x", 1, 0)); }
static int cut(char **a) { RESULT(truncate(a[0], 0)); }

// A hard link to what is only open, past the right to reach its name.
static int link_descriptor(char **a) {
    int fd = open(a[0], O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    RESULT(linkat(AT_FDCWD, path, AT_FDCWD, a[1], AT_SYMLINK_FOLLOW));
}

static int write_through_link(char **a) {
    if (symlink(a[0], a[1]) < 0) return errno;
    return write_to(a[1], O_CREAT, 0644);
}

// MARK: Rights that outlive the jail

static int has_bit(const char *path, mode_t bit) {
    struct stat status;
    if (lstat(path, &status) < 0) return errno;
    note("its mode is %o", (unsigned)status.st_mode & 07777);
    return status.st_mode & bit ? 0 : EPERM;
}

static int mode_later(char **a) {
    mode_t mode = (mode_t)strtol(a[1], NULL, 8);
    int code = write_to(a[0], O_CREAT | O_TRUNC, 0755);
    if (code) return code;
    if (chmod(a[0], mode) < 0) return errno;
    return has_bit(a[0], mode & 06000);
}
static int mode_at_birth(char **a) {
    mode_t mode = (mode_t)strtol(a[1], NULL, 8);
    int fd = open(a[0], O_CREAT | O_EXCL | O_WRONLY, mode);
    return fd < 0 ? errno : has_bit(a[0], mode & 06000);
}
static int mode_by_pointer(char **a) {
    unsigned long long how[3] = {O_CREAT | O_EXCL | O_WRONLY, 04755, 0};
    int fd = (int)syscall(SYS_openat2, AT_FDCWD, a[0], how, sizeof how);
    return fd < 0 ? errno : has_bit(a[0], 04000);
}
static int mode_by_descriptor(char **a) {
    int fd = open(a[0], O_CREAT | O_EXCL | O_WRONLY, 0755);
    if (fd < 0) return errno;
    if (fchmod(fd, 04755) < 0) return errno;
    return has_bit(a[0], 04000);
}
// The newer call, which filters that name the older ones forget.
static int mode_newer(char **a) {
    int code = write_to(a[0], O_CREAT | O_TRUNC, 0755);
    if (code) return code;
    if (syscall(452, AT_FDCWD, a[0], 04755, 0) < 0) return errno;
    return has_bit(a[0], 04000);
}
static int node(char **a) {
    mode_t kind = a[1][0] == 'b' ? S_IFBLK : S_IFCHR;
    RESULT(mknod(a[0], kind | 0666, kind == S_IFBLK ? 0x800 : 0x103));
}
static int capability(char **a) {
    int code = write_to(a[0], O_CREAT | O_TRUNC, 0755);
    if (code) return code;
    // vfs_cap_data of version 2 with everything effective
    unsigned data[5] = {0x02000001, ~0u, 0, ~0u, 0};
    RESULT(setxattr(a[0], "security.capability", data, sizeof data, 0));
}
static int immutable(char **a) {
    int fd = open(a[0], O_CREAT | O_RDWR, 0644);
    if (fd < 0) return errno;
    int flags = 0x10; // FS_IMMUTABLE_FL
    RESULT(ioctl(fd, _IOW('f', 2, long), &flags));
}

const struct attempt writing_attempts[] = {
    {"append", append}, {"create", create}, {"put", put}, {"set", set}, {"open-to-write", open_to_write},
    {"unnamed", unnamed}, {"replace", replace},
    {"put-beneath", put_beneath}, {"move-away", move_away}, {"link-over", link_over}, {"remove", remove_file},
    {"remove-folder", remove_folder}, {"move", move}, {"exchange", exchange}, {"hard-link", hard_link},
    {"make-folder", make_folder}, {"change-mode", change_mode}, {"change-owner", change_owner},
    {"change-times", change_times}, {"change-attribute", change_attribute}, {"cut", cut},
    {"link-descriptor", link_descriptor}, {"write-through-link", write_through_link}, {"mode-later", mode_later},
    {"mode-at-birth", mode_at_birth}, {"mode-by-pointer", mode_by_pointer}, {"mode-by-descriptor", mode_by_descriptor},
    {"mode-newer", mode_newer}, {"node", node}, {"capability", capability}, {"immutable", immutable}, {0, 0},
};

// Files below an open folder. C, because glibc has no wrapper for openat2, and errno is a macro that Swift cannot read.
#ifndef CLINUX_ROOTED_H
#define CLINUX_ROOTED_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

// The kernel's struct open_how as it was first; a later one is longer, and this one stays valid.
struct clinux_open_how {
    uint64_t flags;
    uint64_t mode;
    uint64_t resolve;
};

#define CLINUX_NEGATIVE_ERRNO(expression)                \
    do {                                                 \
        long result_ = (long)(expression);               \
        return result_ < 0 ? -(long)errno : result_;     \
    } while (0)

static inline long clinux_openat2(int folder, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
    struct clinux_open_how how = {flags, mode, resolve};
    // SYS_openat2, which is this number on every architecture.
    CLINUX_NEGATIVE_ERRNO(syscall(437, folder, path, &how, sizeof how));
}
static inline long clinux_fstatat(int folder, const char *name, struct stat *out) {
    CLINUX_NEGATIVE_ERRNO(fstatat(folder, name, out, AT_SYMLINK_NOFOLLOW));
}
static inline long clinux_renameat(int folder, const char *from, const char *to, int keeps) {
    // RENAME_NOREPLACE, which glibc declares only under _GNU_SOURCE.
    CLINUX_NEGATIVE_ERRNO(syscall(SYS_renameat2, folder, from, folder, to, keeps ? 1 : 0));
}
static inline long clinux_remove_folder_at(int folder, const char *name) {
    CLINUX_NEGATIVE_ERRNO(unlinkat(folder, name, AT_REMOVEDIR));
}
static inline long clinux_unlinkat(int folder, const char *name) { CLINUX_NEGATIVE_ERRNO(unlinkat(folder, name, 0)); }
static inline long clinux_mkdirat(int folder, const char *name, mode_t mode) {
    CLINUX_NEGATIVE_ERRNO(mkdirat(folder, name, mode));
}
static inline long clinux_readlinkat(int folder, const char *name, char *buffer, size_t count) {
    CLINUX_NEGATIVE_ERRNO(readlinkat(folder, name, buffer, count));
}
// Gives a name to an open file that has none. From 6.10 on Linux lets whoever opened it do so; before, the way is through /proc.
static inline long clinux_link_open(int fd, int folder, const char *name) {
    // AT_EMPTY_PATH, which glibc declares only under _GNU_SOURCE.
    if (linkat(fd, "", folder, name, 0x1000) == 0) return 0;
    if (errno != ENOENT && errno != EPERM) return -(long)errno;
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    CLINUX_NEGATIVE_ERRNO(linkat(AT_FDCWD, path, folder, name, AT_SYMLINK_FOLLOW));
}
static inline long clinux_symlinkat(const char *target, int folder, const char *name) {
    CLINUX_NEGATIVE_ERRNO(symlinkat(target, folder, name));
}
static inline long clinux_fchmod(int fd, mode_t mode) { CLINUX_NEGATIVE_ERRNO(fchmod(fd, mode)); }
static inline long clinux_fchown(int fd, uid_t user, gid_t group) { CLINUX_NEGATIVE_ERRNO(fchown(fd, user, group)); }
static inline long clinux_flistxattr(int fd, char *names, size_t count) {
    CLINUX_NEGATIVE_ERRNO(flistxattr(fd, names, count));
}
static inline long clinux_fgetxattr(int fd, const char *name, void *value, size_t count) {
    CLINUX_NEGATIVE_ERRNO(fgetxattr(fd, name, value, count));
}
static inline long clinux_fsetxattr(int fd, const char *name, const void *value, size_t count) {
    CLINUX_NEGATIVE_ERRNO(fsetxattr(fd, name, value, count, 0));
}
// Takes the descriptor over, but for an error.
static inline long clinux_fdopendir(int fd, DIR **out) {
    *out = fdopendir(fd);
    return *out == NULL ? -(long)errno : 0;
}

#endif

// Links, FIFOs and owners. C, because errno is a macro that Swift cannot read.
#ifndef CLINUX_STAGING_H
#define CLINUX_STAGING_H

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static inline long clinux_mkdtemp(char *template) { return mkdtemp(template) ? 0 : -(long)errno; }
static inline long clinux_lchown(const char *path, uid_t user, gid_t group) {
    return lchown(path, user, group) < 0 ? -(long)errno : 0;
}
static inline long clinux_symlink(const char *target, const char *path) {
    return symlink(target, path) < 0 ? -(long)errno : 0;
}
static inline long clinux_link(const char *target, const char *path) { return link(target, path) < 0 ? -(long)errno : 0; }
static inline long clinux_mkfifo(const char *path, mode_t mode) { return mkfifo(path, mode) < 0 ? -(long)errno : 0; }

#endif

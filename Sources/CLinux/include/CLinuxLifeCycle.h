// What starting, finding and ending a program needs.
#ifndef CLINUX_LIFE_CYCLE_H
#define CLINUX_LIFE_CYCLE_H

#include <errno.h>
#include <poll.h>
#include <sys/stat.h>

// For commands that have no event loop: 1 when there is something to read (or the end of it), 0 when the time is over,
// or a negative errno.
static inline long clinux_wait_readable(int fd, int timeout_milliseconds) {
    struct pollfd one = {fd, POLLIN, 0};
    int result = poll(&one, 1, timeout_milliseconds);
    return result < 0 ? -(long)errno : result;
}

// 1 when whoever reads what is written to `fd` has left, 0 when the time is over before that, or a negative errno.
static inline long clinux_wait_hangup(int fd, int timeout_milliseconds) {
    struct pollfd one = {fd, 0, 0};
    int result = poll(&one, 1, timeout_milliseconds);
    return result < 0 ? -(long)errno : result;
}

// A link itself, not what it leads to.
static inline long clinux_lstat(const char *path, struct stat *out) {
    return lstat(path, out) < 0 ? -(long)errno : 0;
}

#endif

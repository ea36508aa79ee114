// What Glibc's Swift module leaves out, and the system calls we make, each returning a negative errno instead of
// setting the thread-local one: Swift never reads errno, so nothing can overwrite it between the call and the look.
// No _GNU_SOURCE here: Swift sees these headers beside its own view of glibc, and the two must agree. What needs it is
// declared here and lives in a .c file that defines it.
#ifndef CLINUX_H
#define CLINUX_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "CLinuxDetails.h"
#include "CLinuxDirectory.h"
#include "CLinuxHost.h"
#include "CLinuxLifeCycle.h"
#include "CLinuxPackets.h"
#include "CLinuxRooted.h"
#include "CLinuxStaging.h"

#define CLINUX_RESULT(expression)                         \
    do {                                                  \
        long result_ = (long)(expression);                \
        return result_ < 0 ? -(long)errno : result_;      \
    } while (0)

// -- Descriptors ---------------------------------------------------------------------------------------------

static inline long clinux_close(int fd) { CLINUX_RESULT(close(fd)); }
static inline long clinux_duplicate(int fd) { CLINUX_RESULT(fcntl(fd, F_DUPFD_CLOEXEC, 3)); }
static inline long clinux_read(int fd, void *buffer, size_t count) { CLINUX_RESULT(read(fd, buffer, count)); }
static inline long clinux_pread(int fd, void *buffer, size_t count, long offset) {
    CLINUX_RESULT(pread(fd, buffer, count, offset));
}
static inline long clinux_write(int fd, const void *buffer, size_t count) { CLINUX_RESULT(write(fd, buffer, count)); }
static inline long clinux_pwrite(int fd, const void *buffer, size_t count, off_t offset) {
    CLINUX_RESULT(pwrite(fd, buffer, count, offset));
}
static inline long clinux_open(const char *path, int flags, mode_t mode) { CLINUX_RESULT(open(path, flags, mode)); }
long clinux_pipe2(int fds[2], int flags);
long clinux_dup3(int from, int to, int flags);
static inline long clinux_fstat(int fd, struct stat *out) { CLINUX_RESULT(fstat(fd, out)); }
static inline long clinux_stat(const char *path, struct stat *out) { CLINUX_RESULT(stat(path, out)); }
static inline long clinux_flock(int fd, int operation) { CLINUX_RESULT(flock(fd, operation)); }
static inline long clinux_fsync(int fd) { CLINUX_RESULT(fsync(fd)); }
long clinux_syncfs(int fd);
static inline long clinux_rename(const char *from, const char *to) { CLINUX_RESULT(rename(from, to)); }
static inline long clinux_unlink(const char *path) { CLINUX_RESULT(unlink(path)); }
static inline long clinux_rmdir(const char *path) { CLINUX_RESULT(rmdir(path)); }
static inline long clinux_mkdir(const char *path, mode_t mode) { CLINUX_RESULT(mkdir(path, mode)); }
static inline long clinux_chmod(const char *path, mode_t mode) { CLINUX_RESULT(chmod(path, mode)); }
static inline long clinux_access(const char *path, int mode) { CLINUX_RESULT(access(path, mode)); }
static inline long clinux_readlink(const char *path, char *buffer, size_t count) {
    CLINUX_RESULT(readlink(path, buffer, count));
}
static inline long clinux_getcwd(char *buffer, size_t count) { CLINUX_RESULT(getcwd(buffer, count) ? 0 : -1); }
static inline int clinux_is_open(int fd) { return fcntl(fd, F_GETFD) != -1; }
static inline long clinux_set_nonblocking(int fd) {
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0) return -(long)errno;
    CLINUX_RESULT(fcntl(fd, F_SETFL, flags | O_NONBLOCK));
}

// Bytes that a pipe holds.
long clinux_set_pipe_size(int fd, int bytes);

// -- Sockets -------------------------------------------------------------------------------------------------

static inline long clinux_socket(int domain, int type, int protocol) { CLINUX_RESULT(socket(domain, type, protocol)); }
static inline long clinux_bind(int fd, const void *address, socklen_t length) {
    CLINUX_RESULT(bind(fd, (const struct sockaddr *)address, length));
}
static inline long clinux_connect(int fd, const void *address, socklen_t length) {
    CLINUX_RESULT(connect(fd, (const struct sockaddr *)address, length));
}
static inline long clinux_listen(int fd, int backlog) { CLINUX_RESULT(listen(fd, backlog)); }
long clinux_accept4(int fd, int flags);
static inline long clinux_shutdown(int fd, int how) { CLINUX_RESULT(shutdown(fd, how)); }
static inline long clinux_setsockopt_int(int fd, int level, int name, int value) {
    CLINUX_RESULT(setsockopt(fd, level, name, &value, sizeof value));
}
static inline long clinux_getsockopt_int(int fd, int level, int name) {
    int value = 0;
    socklen_t length = sizeof value;
    if (getsockopt(fd, level, name, &value, &length) < 0) return -(long)errno;
    return value;
}
static inline long clinux_getsockname(int fd, struct sockaddr_storage *out, socklen_t *length) {
    CLINUX_RESULT(getsockname(fd, (struct sockaddr *)out, length));
}
static inline long clinux_getpeername(int fd, struct sockaddr_storage *out, socklen_t *length) {
    CLINUX_RESULT(getpeername(fd, (struct sockaddr *)out, length));
}
// How long a blocking socket waits, for reading, writing and connecting.
static inline long clinux_set_timeout(int fd, long milliseconds) {
    struct timeval limit = {milliseconds / 1000, (milliseconds % 1000) * 1000};
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) < 0) return -(long)errno;
    CLINUX_RESULT(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit));
}
static inline long clinux_reset_on_close(int fd) {
    struct linger now = {1, 0};
    CLINUX_RESULT(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now));
}
static inline long clinux_recv(int fd, void *buffer, size_t count, int flags) {
    CLINUX_RESULT(recv(fd, buffer, count, flags));
}
static inline long clinux_send(int fd, const void *buffer, size_t count) {
    CLINUX_RESULT(send(fd, buffer, count, MSG_NOSIGNAL));
}
// writev has no MSG_NOSIGNAL; sendmsg has.
static inline long clinux_sendv(int fd, const struct iovec *parts, size_t count) {
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = (struct iovec *)parts;
    message.msg_iovlen = count;
    CLINUX_RESULT(sendmsg(fd, &message, MSG_NOSIGNAL));
}
// SO_PEERCRED: who holds the other end of a unix socket.
long clinux_peer_uid(int fd);
long clinux_peer_pid(int fd);

// -- Events --------------------------------------------------------------------------------------------------

static inline long clinux_epoll_create(void) { CLINUX_RESULT(epoll_create1(EPOLL_CLOEXEC)); }
static inline long clinux_epoll_ctl(int epoll, int operation, int fd, uint32_t events, uint64_t data) {
    struct epoll_event event;
    memset(&event, 0, sizeof event);
    event.events = events;
    event.data.u64 = data;
    CLINUX_RESULT(epoll_ctl(epoll, operation, fd, &event));
}
static inline long clinux_epoll_wait(int epoll, struct epoll_event *events, int count, int timeout_milliseconds) {
    CLINUX_RESULT(epoll_wait(epoll, events, count, timeout_milliseconds));
}
// struct epoll_event is packed on x86-64 and its data member is a union: read both here.
static inline uint32_t clinux_event_bits(const struct epoll_event *events, int index) { return events[index].events; }
static inline uint64_t clinux_event_data(const struct epoll_event *events, int index) {
    return events[index].data.u64;
}
static inline long clinux_eventfd(void) { CLINUX_RESULT(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }
static inline long clinux_inotify(void) { CLINUX_RESULT(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)); }
static inline long clinux_inotify_add(int fd, const char *path, uint32_t mask) {
    CLINUX_RESULT(inotify_add_watch(fd, path, mask));
}

// -- Signals -------------------------------------------------------------------------------------------------

static inline long clinux_signalfd(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
    CLINUX_RESULT(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}
static inline long clinux_block_signals(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
    return -(long)pthread_sigmask(SIG_BLOCK, &set, NULL);
}
static inline long clinux_ignore_signal(int signal_number) {
    CLINUX_RESULT(signal(signal_number, SIG_IGN) == SIG_ERR ? -1 : 0);
}
static inline long clinux_kill(pid_t pid, int signal_number) { CLINUX_RESULT(kill(pid, signal_number)); }
static inline long clinux_pidfd_open(pid_t pid) { CLINUX_RESULT(syscall(SYS_pidfd_open, pid, 0)); }
static inline long clinux_pidfd_send_signal(int pidfd, int signal_number) {
    CLINUX_RESULT(syscall(SYS_pidfd_send_signal, pidfd, signal_number, NULL, 0));
}
// The exit of a child as one number: an exit code, or 128 + the signal that ended it.
static inline long clinux_reap(int pidfd) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED) < 0) return -(long)errno;
    return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

// -- Processes and the host ----------------------------------------------------------------------------------

// Starts a program. posix_spawn, never fork: only C may run between fork and exec, and glibc's own does it best.
// `descriptors[i]` becomes descriptor i of the child; everything above is closed. Signals are unblocked and reset,
// because the parent blocks those it reads from a signalfd.
long clinux_spawn(const char *path, char *const argv[], char *const envp[], const int *descriptors, int count,
                  const char *directory, int new_session);

static inline long clinux_execve(const char *path, char *const argv[], char *const envp[]) {
    CLINUX_RESULT(execve(path, argv, envp));
}
// execve keeps the signal mask, so what we blocked must be unblocked first.
static inline long clinux_unblock_all_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    signal(SIGPIPE, SIG_DFL);
    return -(long)pthread_sigmask(SIG_SETMASK, &set, NULL);
}
void clinux_give_back_memory(void);
/// Not 0 if `text` stands anywhere in the bytes.
int clinux_contains(const void *bytes, size_t count, const void *text, size_t length);
/// Blocks of fewer bytes come from the heap, and up to four times as many free bytes stay at its end.
void clinux_keep_memory(int bytes);
void clinux_name_thread(unsigned long thread, const char *name);
static inline long clinux_uname(struct utsname *out) { CLINUX_RESULT(uname(out)); }
static inline long clinux_isatty(int fd) { return isatty(fd); }
static inline long clinux_syscall3(long number, long a, long b, long c) { CLINUX_RESULT(syscall(number, a, b, c)); }
static inline long clinux_prctl(int option, unsigned long a, unsigned long b, unsigned long c) {
    CLINUX_RESULT(prctl(option, a, b, c, 0));
}
static inline uint64_t clinux_monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
static inline uint64_t clinux_wall_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
static inline char **clinux_environment(void) {
    extern char **environ;
    return environ;
}

#endif

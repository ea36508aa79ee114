// The calls that glibc declares only under _GNU_SOURCE; see CLinux.h for why they are not inline there.
#define _GNU_SOURCE 1
#include "CLinux.h"

#include <malloc.h>
#include <pthread.h>

long clinux_pipe2(int fds[2], int flags) { CLINUX_RESULT(pipe2(fds, flags)); }

long clinux_dup3(int from, int to, int flags) { CLINUX_RESULT(dup3(from, to, flags)); }

long clinux_accept4(int fd, int flags) { CLINUX_RESULT(accept4(fd, NULL, NULL, flags)); }

long clinux_syncfs(int fd) { CLINUX_RESULT(syncfs(fd)); }

long clinux_peer_uid(int fd) {
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) < 0) return -(long)errno;
    return (long)credentials.uid;
}

long clinux_peer_pid(int fd) {
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) < 0) return -(long)errno;
    return (long)credentials.pid;
}

void clinux_name_thread(unsigned long thread, const char *name) { pthread_setname_np((pthread_t)thread, name); }

void clinux_give_back_memory(void) { malloc_trim(0); }

int clinux_contains(const void *bytes, size_t count, const void *text, size_t length) {
    return count >= length && memmem(bytes, count, text, length) != NULL;
}

void clinux_keep_memory(int bytes) {
    mallopt(M_TRIM_THRESHOLD, bytes);
    mallopt(M_MMAP_THRESHOLD, bytes);
}

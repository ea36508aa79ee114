// The calls that glibc declares only under _GNU_SOURCE; see CLinux.h for why they are not inline there.
#define _GNU_SOURCE 1
#include "CLinux.h"

#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

long clinux_pipe2(int fds[2], int flags) { CLINUX_RESULT(pipe2(fds, flags)); }

long clinux_dup3(int from, int to, int flags) { CLINUX_RESULT(dup3(from, to, flags)); }

long clinux_accept4(int fd, int flags) { CLINUX_RESULT(accept4(fd, NULL, NULL, flags)); }

long clinux_syncfs(int fd) { CLINUX_RESULT(syncfs(fd)); }

long clinux_set_pipe_size(int fd, int bytes) { CLINUX_RESULT(fcntl(fd, F_SETPIPE_SZ, bytes)); }

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

#ifdef __x86_64__
__attribute__((target_clones("avx2", "default")))
#endif
// Places in a block where the text could begin, by its first and last byte.
static int may_begin(const uint8_t *block, size_t size, size_t last, uint8_t first_byte, uint8_t last_byte) {
    uint8_t found = 0;
    for (size_t i = 0; i < size; i++)
        found |= (uint8_t)((uint8_t)(block[i] == first_byte) & (uint8_t)(block[i + last] == last_byte));
    return found;
}

// Where texts are short and their beginnings rare, this is six times as quick as memmem is.
int clinux_contains(const void *bytes, size_t count, const void *text, size_t length) {
    if (length == 0 || count < length) return length == 0;
    enum { BLOCK = 1024 };
    const uint8_t *place = bytes, *word = text;
    size_t places = count - length + 1;
    while (places > 0) {
        const size_t size = places < BLOCK ? places : BLOCK;
        if (may_begin(place, size, length - 1, word[0], word[length - 1])
            && memmem(place, size + length - 1, text, length) != NULL)
            return 1;
        place += size;
        places -= size;
    }
    return 0;
}

void clinux_keep_memory(int bytes) {
    mallopt(M_MMAP_THRESHOLD, bytes);
    // The bodies of 64 connections go up and down by more than one such block: what was given back after one wave was
    // fetched again, a page at a time, for the next.
    mallopt(M_TRIM_THRESHOLD, 4 * bytes);
}

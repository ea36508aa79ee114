// At files: rights that outlive the jail, programs out of memory, sockets and descriptors of somebody else.
#define _GNU_SOURCE 1
#include "attacks.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static int set_user_bit(char **a) { RESULT(chmod(a[0], 04755)); }
static int made_with_user_bit(char **a) {
    int fd = open(a[0], O_CREAT | O_EXCL | O_WRONLY, 04755);
    if (fd < 0) return errno;
    struct stat status;
    fstat(fd, &status);
    return status.st_mode & S_ISUID ? 0 : EPERM;
}
static int moded_by_pointer(char **a) {
    unsigned long long how[3] = {O_CREAT | O_EXCL | O_WRONLY, 04755, 0};
    RESULT(syscall(SYS_openat2, AT_FDCWD, a[0], how, sizeof how));
}
static int device(char **a) { RESULT(mknod(a[0], S_IFBLK | 0666, 0x800)); }

// A whole program into memory, and from there into execution.
static int from_memory(char **a, unsigned flags) {
    int file = open(a[0], O_RDONLY), memory = (int)syscall(SYS_memfd_create, "p", flags);
    if (file < 0 || memory < 0) return errno;
    char block[65536];
    for (ssize_t count; (count = read(file, block, sizeof block)) > 0;)
        if (write(memory, block, (size_t)count) != count) return errno;
    char *nothing[] = {NULL};
    syscall(SYS_execveat, memory, "", a, nothing, AT_EMPTY_PATH);
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", memory);
    execve(path, a, nothing);
    return errno;
}
static int memory_program(char **a) { return from_memory(a, 0); }
static int sealed_memory_program(char **a) { return from_memory(a, 8); }

// Code of a file of ours, mapped instead of executed.
static int mapped_code(char **a) {
    int fd = open(a[0], O_RDONLY);
    if (fd < 0) return errno;
    if (mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) != MAP_FAILED) return 0;
    int first = errno;
    void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
    return page != MAP_FAILED && mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0 ? 0 : first;
}

static int connect_unix(const char *name, int is_abstract) {
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0) return errno;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path + is_abstract, name, sizeof address.sun_path - 2);
    socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)is_abstract + strlen(name));
    RESULT(connect(fd, (struct sockaddr *)&address, length));
}
static int abstract_socket(char **a) { return connect_unix(a[0], 1); }
static int path_socket(char **a) { return connect_unix(a[0], 0); }

// 0 when there is any beyond the standard ones.
static int leaked_descriptors(char **a) {
    (void)a;
    for (int fd = 3; fd < 4096; fd++)
        if (fcntl(fd, F_GETFD) >= 0) return 0;
    return EBADF;
}

// Fills the file system until it ends; how many MiB it was is printed.
static int fill(char **a) {
    static char block[1 << 20];
    int fd = open(a[0], O_CREAT | O_WRONLY, 0644);
    if (fd < 0) return errno;
    for (int count = 0; count < 4096; count++)
        if (write(fd, block, sizeof block) != (ssize_t)sizeof block) {
            printf("%d MiB\n", count);
            return errno ? errno : ENOSPC;
        }
    return 0;
}

const struct attack file_attacks[] = {
    {"set-user-bit", set_user_bit}, {"made-with-user-bit", made_with_user_bit},
    {"moded-by-pointer", moded_by_pointer}, {"device", device}, {"memory-program", memory_program},
    {"sealed-memory-program", sealed_memory_program}, {"mapped-code", mapped_code},
    {"abstract-socket", abstract_socket}, {"path-socket", path_socket}, {"leaked-descriptors", leaked_descriptors},
    {"fill", fill}, {0, 0},
};

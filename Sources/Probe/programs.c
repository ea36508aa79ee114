// At the whitelist of programs: everything that makes the kernel run, or map, code that nobody granted.
#define _GNU_SOURCE 1
#include "probe.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char *nothing[] = {NULL};

static int by_path(char **a) {
    execve(a[0], a, nothing);
    return errno;
}

// a: the loader, the program, its arguments
static int by_loader(char **a) {
    execve(a[0], a, nothing);
    return errno;
}

static int by_descriptor(char **a) {
    int fd = open(a[0], O_PATH);
    if (fd < 0) return errno;
    syscall(SYS_execveat, fd, "", a, nothing, AT_EMPTY_PATH);
    int code = errno;
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    execve(path, a, nothing);
    return errno == ENOENT ? code : errno;
}

static int beneath_descriptor(char **a) {
    char folder[1024];
    snprintf(folder, sizeof folder, "%s", a[0]);
    char *slash = strrchr(folder, '/');
    if (!slash) return EINVAL;
    *slash = 0;
    int fd = open(folder, O_PATH | O_DIRECTORY);
    if (fd < 0) return errno;
    syscall(SYS_execveat, fd, slash + 1, a, nothing, 0);
    return errno;
}

// A whole program into memory, and from there into execution: by its descriptor, or by the name that /proc gives it.
static int from_memory(char **a, unsigned flags, int by_name) {
    int memory = (int)syscall(SYS_memfd_create, "attempt", flags);
    if (memory < 0) return errno;
    int code = copy_file(a[0], memory);
    if (code) return code;
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", memory);
    if (by_name) execve(path, a, nothing);
    else syscall(SYS_execveat, memory, "", a, nothing, AT_EMPTY_PATH);
    return errno;
}
static int memory(char **a) { return from_memory(a, 0, 0); }
static int memory_by_name(char **a) { return from_memory(a, 0, 1); }
static int memory_executable(char **a) { return from_memory(a, 0x10 /* MFD_EXEC */, 1); }
static int memory_sealed(char **a) { return from_memory(a, 8 /* MFD_NOEXEC_SEAL */, 0); }

// a: the program, the file to write
static int copied(char **a) {
    int fd = open(a[1], O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0755);
    if (fd < 0) return errno;
    int code = copy_file(a[0], fd);
    close(fd);
    if (code) return code;
    char *program = a[0];
    a[0] = a[1];
    memmove(a + 1, a + 2, 8 * sizeof *a);
    execve(a[0], a, nothing);
    a[0] = program;
    return errno;
}
static int linked(char **a) {
    if (link(a[0], a[1]) < 0) return errno;
    a++;
    return by_path(a);
}
static int renamed(char **a) {
    if (rename(a[0], a[1]) < 0) return errno;
    a++;
    return by_path(a);
}
static int linked_by_name(char **a) {
    if (symlink(a[0], a[1]) < 0) return errno;
    a++;
    return by_path(a);
}

// A file without a name. a: the program, the folder
static int unnamed(char **a) {
    int fd = open(a[1], O_TMPFILE | O_RDWR, 0755);
    if (fd < 0) return errno;
    int code = copy_file(a[0], fd);
    if (code) return code;
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    // Open for writing it is busy; opened anew it is not.
    int again = open(path, O_RDONLY);
    close(fd);
    if (again < 0) return errno;
    a[1] = a[0];
    syscall(SYS_execveat, again, "", a + 1, nothing, AT_EMPTY_PATH);
    code = errno;
    snprintf(path, sizeof path, "/proc/self/fd/%d", again);
    execve(path, a + 1, nothing);
    return errno == ENOENT ? code : errno;
}

static int old_library(char **a) {
#ifdef SYS_uselib
    RESULT(syscall(SYS_uselib, a[0]));
#else
    (void)a;
    return ENOSYS;
#endif
}

// Code of a file, mapped instead of executed; `later`: first to read, then made executable.
static int map_code(const char *path, int protection, int sharing, int later) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    void *page = mmap(NULL, 4096, later ? protection : protection | PROT_EXEC, sharing, fd, 0);
    if (page == MAP_FAILED) return errno;
    if (later && mprotect(page, 4096, PROT_READ | PROT_EXEC) < 0) return errno;
    return 0;
}
static int mapped(char **a) { return map_code(a[0], PROT_READ, MAP_PRIVATE, 0); }
static int mapped_shared(char **a) { return map_code(a[0], PROT_READ, MAP_SHARED, 0); }
static int mapped_later(char **a) { return map_code(a[0], PROT_READ, MAP_PRIVATE, 1); }
static int mapped_by_personality(char **a) {
    // READ_IMPLIES_EXEC: every readable page becomes executable.
    if (syscall(SYS_personality, 0x0400000) < 0) return errno;
    if (map_code(a[0], PROT_READ, MAP_PRIVATE, 0)) return errno;
    return 0;
}
static int loaded(char **a) {
    void *library = dlopen(a[0], RTLD_NOW);
    if (library) return 0;
    const char *reason = dlerror();
    note("%s", reason ? reason : "");
    return EPERM;
}

const struct attempt program_attempts[] = {
    {"run", by_path}, {"run-by-loader", by_loader}, {"run-by-descriptor", by_descriptor},
    {"run-beneath-descriptor", beneath_descriptor}, {"run-memory", memory}, {"run-memory-by-name", memory_by_name},
    {"run-memory-executable", memory_executable}, {"run-memory-sealed", memory_sealed}, {"run-copied", copied},
    {"run-hard-link", linked}, {"run-renamed", renamed}, {"run-link", linked_by_name}, {"run-unnamed", unnamed},
    {"old-library", old_library}, {"map", mapped}, {"map-shared", mapped_shared}, {"map-later", mapped_later},
    {"map-by-personality", mapped_by_personality}, {"load-library", loaded}, {0, 0},
};

// What the recorder tells of a system call: the file, program or address that it is about.
//   R W N   a file was opened for reading, for writing, or made     M   something was made, moved or removed in a folder
//   r w n m were refused     - KIND PATH   what was wanted is not there     E EXE CALLED CUT WORD…   a program runs
//   e   a program that may not     A ADDRESS PORT, U PATH   connections     C c   a system call that works, or is missing
#define _GNU_SOURCE 1
#include "recorder.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

// -- Paths -------------------------------------------------------------------------------------------------------

static void read_text(pid_t process, uint64_t address, char *room, size_t size) {
    size_t count = read_bytes(process, address, room, size - 1);
    room[count] = 0;
}

// Absolute, as it was written: links are for others to follow.
static void read_path(struct call *call, char *room, uint64_t folder, uint64_t address) {
    char text[PATH_BYTES], link[64], base[PATH_BYTES];
    read_text(call->process, address, text, sizeof text);
    if (text[0] == '/' || text[0] == 0) {
        snprintf(room, PATH_BYTES, "%s", text);
        return;
    }
    if ((int)folder == AT_FDCWD) {
        snprintf(link, sizeof link, "/proc/%d/cwd", (int)call->process);
    } else {
        snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)call->process, (int)folder);
    }
    ssize_t count = readlink(link, base, sizeof base - 1);
    base[count > 0 ? count : 0] = 0;
    if (snprintf(room, PATH_BYTES, "%s/%s", base, text) >= PATH_BYTES) room[0] = 0;
}

static void opening(struct call *call, uint64_t folder, uint64_t path, uint64_t flags) {
    if (flags & O_PATH) return;
    read_path(call, call->path, folder, path);
    if (!call->path[0]) return;
    const int writes = (flags & O_ACCMODE) != O_RDONLY || flags & (O_CREAT | O_TRUNC);
    call->kind = writes ? 'W' : 'R';
    if ((flags & O_TMPFILE) == O_TMPFILE) {
        call->kind = 'N';
    } else if (flags & O_CREAT && faccessat(AT_FDCWD, call->path, F_OK, AT_SYMLINK_NOFOLLOW) < 0) {
        call->kind = 'N';
    }
}

static void changing(struct call *call, char kind, uint64_t folder, uint64_t path) {
    read_path(call, call->path, folder, path);
    if (call->path[0]) call->kind = kind;
}

static void moving(struct call *call, uint64_t from, uint64_t old, uint64_t to, uint64_t new) {
    changing(call, 'M', from, old);
    read_path(call, call->other, to, new);
}

static void running(struct call *call, const uint64_t *a) {
    read_path(call, call->path, (uint64_t)AT_FDCWD, a[0]);
    call->kind = 'E';
    call->word_bytes = 0;
    call->words_are_cut = 0;
    for (uint64_t place = a[1]; place; place += sizeof(uint64_t)) {
        uint64_t word = 0;
        if (read_bytes(call->process, place, &word, sizeof word) == 0 || word == 0) return;
        size_t left = sizeof call->words - call->word_bytes;
        size_t count = left > 1 ? read_bytes(call->process, word, call->words + call->word_bytes, left - 1) : 0;
        char *text = call->words + call->word_bytes;
        if (count == 0 || !memchr(text, 0, count)) {
            call->words_are_cut = 1;
            return;
        }
        call->word_bytes += strlen(text) + 1;
    }
}

static void connecting(struct call *call, uint64_t address, uint64_t size) {
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
        struct sockaddr_un path;
        char bytes[128];
    } name = {0};
    if (size > sizeof name) size = sizeof name;
    // Addresses are full of zeros.
    for (size_t done = 0; done < size; done++) read_bytes(call->process, address + done, name.bytes + done, 1);
    char text[INET6_ADDRSTRLEN];
    begin_line('A');
    switch (name.any.sa_family) {
    case AF_INET:
        add_field(inet_ntop(AF_INET, &name.four.sin_addr, text, sizeof text));
        add_number(ntohs(name.four.sin_port));
        return end_line();
    case AF_INET6:
        add_field(inet_ntop(AF_INET6, &name.six.sin6_addr, text, sizeof text));
        add_number(ntohs(name.six.sin6_port));
        return end_line();
    case AF_UNIX:
        begin_line('U');
        add_field(name.path.sun_path[0] ? name.path.sun_path : "@");
        return end_line();
    }
}

// -- Calls -------------------------------------------------------------------------------------------------------

// The older ones: not every machine has them.
static void begin_older_call(struct call *call, const uint64_t *a) {
    const uint64_t here = (uint64_t)AT_FDCWD;
    switch (call->number) {
#ifdef SYS_open
    case SYS_open: return opening(call, here, a[0], a[1]);
    case SYS_creat: return opening(call, here, a[0], O_CREAT | O_WRONLY | O_TRUNC);
    case SYS_unlink:
    case SYS_rmdir:
    case SYS_mkdir:
    case SYS_mknod: return changing(call, 'M', here, a[0]);
    case SYS_symlink:
    case SYS_link: return changing(call, 'M', here, a[1]);
    case SYS_rename: return moving(call, here, a[0], here, a[1]);
    case SYS_chmod:
    case SYS_chown:
    case SYS_lchown:
    case SYS_utime:
    case SYS_utimes: return changing(call, 'W', here, a[0]);
#endif
    }
}

void begin_call(struct call *call, const uint64_t *a) {
    const uint64_t here = (uint64_t)AT_FDCWD;
    switch (call->number) {
    case SYS_openat: return opening(call, a[0], a[1], a[2]);
    case SYS_openat2: {
        struct open_how how = {0};
        for (size_t done = 0; done < sizeof how.flags; done++)
            read_bytes(call->process, a[2] + done, (char *)&how.flags + done, 1);
        return opening(call, a[0], a[1], how.flags);
    }
    case SYS_unlinkat:
    case SYS_mkdirat:
    case SYS_mknodat: return changing(call, 'M', a[0], a[1]);
    case SYS_symlinkat: return changing(call, 'M', a[1], a[2]);
    case SYS_linkat: return changing(call, 'M', a[2], a[3]);
#ifdef SYS_renameat
    case SYS_renameat:
#endif
    case SYS_renameat2: return moving(call, a[0], a[1], a[2], a[3]);
    case SYS_truncate: return changing(call, 'W', here, a[0]);
    case SYS_fchmodat:
    case SYS_fchownat: return changing(call, 'W', a[0], a[1]);
    case SYS_utimensat:
        // Without a path it is about a descriptor.
        if (a[1]) changing(call, 'W', a[0], a[1]);
        return;
    case SYS_execve: return running(call, a);
    case SYS_connect: return connecting(call, a[1], a[2]);
    default: begin_older_call(call, a);
    }
}

static void tell(char kind, const char *path) {
    if (!path[0]) return;
    begin_line(kind);
    add_field(path);
    end_line();
}

void end_call(struct call *call, long result) {
    begin_line(result == -ENOSYS ? 'c' : 'C');
    add_number(call->number);
    end_line();
    if (!call->kind) return;
    if (result == -ENOENT) {
        const char wanted[2] = {call->kind, 0};
        begin_line('-');
        add_field(wanted);
        add_field(call->path);
        end_line();
        // EISDIR: a folder stands for a file that must not come to be.
    } else if (result == -EACCES || result == -EPERM || result == -EROFS || result == -EISDIR) {
        tell((char)(call->kind | 0x20), call->path);
        if (call->kind == 'M') tell('m', call->other);
    } else if (result >= 0 && call->kind != 'E') {
        tell(call->kind, call->path);
        if (call->kind == 'M') tell('M', call->other);
    }
    call->other[0] = 0;
}

void see_program(struct call *call) {
    char link[64], program[PATH_BYTES];
    snprintf(link, sizeof link, "/proc/%d/exe", (int)call->process);
    ssize_t count = readlink(link, program, sizeof program - 1);
    if (count <= 0 || call->kind != 'E') return;
    program[count] = 0;
    begin_line('E');
    add_field(program);
    add_field(call->path);
    add_number(call->words_are_cut);
    for (size_t place = 0; place < call->word_bytes; place += strlen(call->words + place) + 1)
        add_field(call->words + place);
    end_line();
}

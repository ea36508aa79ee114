// sidecar-probe record DESCRIPTOR PROGRAM [ARGUMENT…]   runs a program and tells what it and all that comes of it use: a
// line for each program, file, connection and system call, each once. Inside of the jail of `sidecar policy trace`, over
// those who are its own children: it sees nothing that it could not see anyway.
#define _GNU_SOURCE 1
#include "recorder.h"

#include <fcntl.h>
#include <linux/ptrace.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

// -- Lines -------------------------------------------------------------------------------------------------------

enum { LINES_MAX = 20000, SEEN_SIZE = 1 << 16, LINE_BYTES = 16384 };

static int output;
static uint64_t said[SEEN_SIZE];
static unsigned lines;
static char line[LINE_BYTES];
static size_t length;

static void put(char letter) {
    if (length < sizeof line - 1) line[length++] = letter;
}

void begin_line(char kind) {
    length = 0;
    put(kind);
}

// Nothing in a name ends a field or a line.
void add_field(const char *text) {
    static const char digits[] = "0123456789ABCDEF";
    put(' ');
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte > ' ' && byte != '%' && byte < 0x7f) {
            put((char)byte);
        } else {
            put('%');
            put(digits[byte >> 4]);
            put(digits[byte & 15]);
        }
    }
}

void add_number(long value) {
    char text[24];
    snprintf(text, sizeof text, "%ld", value);
    add_field(text);
}

static void send(void) {
    put('\n');
    for (size_t done = 0; done < length;) {
        ssize_t count = write(output, line + done, length - done);
        if (count < 0 && errno != EINTR) return;
        if (count > 0) done += (size_t)count;
    }
}

// Each once. What is too much is left out, and said to be.
void end_line(void) {
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)line[i]) * 1099511628211u;
    if (hash == 0) hash = 1;
    size_t slot = hash % SEEN_SIZE;
    while (said[slot] && said[slot] != hash) slot = (slot + 1) % SEEN_SIZE;
    if (said[slot] || lines > LINES_MAX) return;
    said[slot] = hash;
    if (++lines > LINES_MAX) begin_line('T');
    send();
}

// -- Those who are followed --------------------------------------------------------------------------------------

enum { FOLLOWED = 4096 };
static struct call *followed[FOLLOWED];

static struct call *call_of(pid_t process) {
    struct call **place = &followed[(unsigned)process % FOLLOWED];
    while (*place && (*place)->process != process) place = &(*place)->next;
    if (!*place && (*place = calloc(1, sizeof **place))) (*place)->process = process;
    return *place;
}

static void forget(pid_t process) {
    struct call **place = &followed[(unsigned)process % FOLLOWED];
    while (*place && (*place)->process != process) place = &(*place)->next;
    if (!*place) return;
    struct call *gone = *place;
    *place = gone->next;
    free(gone);
}

size_t read_bytes(pid_t process, uint64_t address, void *room, size_t size) {
    size_t done = 0;
    // A piece may not cross into a page that is not there.
    while (done < size) {
        size_t piece = 4096 - (address + done) % 4096;
        if (piece > size - done) piece = size - done;
        struct iovec ours = {(char *)room + done, piece}, theirs = {(void *)(address + done), piece};
        ssize_t count = process_vm_readv(process, &ours, 1, &theirs, 1, 0);
        if (count <= 0) break;
        done += (size_t)count;
        if (memchr((char *)room + done - count, 0, (size_t)count)) break;
    }
    return done;
}

static long control(long request, pid_t process, void *address, long data) {
    return syscall(SYS_ptrace, request, process, address, data);
}

static void see_call(pid_t process) {
    struct ptrace_syscall_info info;
    struct call *call = call_of(process);
    if (!call || control(PTRACE_GET_SYSCALL_INFO, process, (void *)sizeof info, (long)&info) <= 0) return;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
        call->number = (long)info.entry.nr;
        call->kind = 0;
        begin_call(call, (const uint64_t *)info.entry.args);
    } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && call->number >= 0) {
        end_call(call, (long)info.exit.rval);
        call->number = -1;
    }
}

// How to let it go on; -1: it has been done.
static long see_stop(pid_t process, int status) {
    const int event = status >> 16, number = WSTOPSIG(status);
    if (number == (SIGTRAP | 0x80)) {
        see_call(process);
        return 0;
    }
    if (event == PTRACE_EVENT_EXEC) {
        struct call *call = call_of(process);
        if (call) see_program(call);
        return 0;
    }
    if (event == PTRACE_EVENT_STOP && (number == SIGSTOP || number == SIGTSTP || number == SIGTTIN || number == SIGTTOU)) {
        control(PTRACE_LISTEN, process, NULL, 0);
        return -1;
    }
    return event ? 0 : number;
}

// Until the program itself has ended: what it leaves behind ends with the run.
static int follow(pid_t first) {
    int status;
    for (;;) {
        pid_t process = waitpid(-1, &status, __WALL);
        if (process < 0) {
            if (errno == EINTR) continue;
            return 0;
        }
        if (!WIFSTOPPED(status)) {
            forget(process);
            if (process == first) return status;
            continue;
        }
        long number = see_stop(process, status);
        if (number >= 0) control(PTRACE_SYSCALL, process, NULL, number);
    }
}

int record(int count, char **arguments) {
    (void)count;
    output = (int)strtol(arguments[0], NULL, 10);
    fcntl(output, F_SETFD, FD_CLOEXEC);
    int ready[2];
    if (pipe2(ready, O_CLOEXEC) < 0) return 125;
    pid_t first = fork();
    if (first < 0) return 125;
    if (first == 0) {
        char byte;
        close(ready[1]);
        if (read(ready[0], &byte, 1) != 1) _exit(125);
        execvp(arguments[1], arguments + 1);
        const int code = errno;
        fprintf(stderr, "%s: %s\n", arguments[1], strerror(code));
        _exit(code == ENOENT ? 127 : 126);
    }
    // Whoever is asked to end is the program.
    for (int number = SIGHUP; number <= SIGTERM; number++)
        if (number == SIGHUP || number == SIGINT || number == SIGTERM || number == SIGPIPE) signal(number, SIG_IGN);
    const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE
                         | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
    if (control(PTRACE_SEIZE, first, NULL, options) < 0 || control(PTRACE_INTERRUPT, first, NULL, 0) < 0) {
        fprintf(stderr, "sidecar-probe: the program cannot be followed: %s\n", strerror(errno));
        kill(first, SIGKILL);
        return 125;
    }
    if (write(ready[1], "", 1) != 1) return 125;
    const int status = follow(first);
    begin_line('X');
    add_field(WIFSIGNALED(status) ? "signaled" : "exited");
    add_number(WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    send();
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

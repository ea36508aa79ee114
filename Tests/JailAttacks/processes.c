// At other processes, and at the machine by their number.
#define _GNU_SOURCE 1
#include "attacks.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int trace_first(char **a) { (void)a; RESULT(ptrace(PTRACE_SEIZE, 1, NULL, NULL)); }
static int read_first(char **a) {
    (void)a;
    char byte;
    struct iovec ours = {&byte, 1}, theirs = {(void *)0x400000, 1};
    RESULT(process_vm_readv(1, &ours, 1, &theirs, 1, 0));
}
static int take_descriptor(char **a) {
    (void)a;
    int process = (int)syscall(SYS_pidfd_open, 1, 0);
    if (process < 0) return errno;
    RESULT(syscall(SYS_pidfd_getfd, process, 0, 0));
}
static int kill_first(char **a) {
    (void)a;
    if (kill(1, SIGKILL) < 0) return errno;
    // Told so, and yet it lives, or nobody could say this.
    usleep(100000);
    return EPERM;
}
static int trace_child(char **a) {
    (void)a;
    pid_t pid = fork();
    if (pid == 0) for (;;) pause();
    long result = ptrace(PTRACE_ATTACH, pid, NULL, NULL);
    int code = errno;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    return result < 0 ? code : 0;
}
static int become_root(char **a) { (void)a; RESULT(setresuid(0, 0, 0)); }

// As many as there can be; how many there were is printed.
static int bomb(char **a) {
    (void)a;
    int count = 0, gate[2];
    if (pipe(gate) < 0) return errno;
    for (; count < 20000; count++) {
        pid_t pid = fork();
        if (pid < 0) break;
        if (pid == 0) {
            char byte;
            close(gate[1]);
            _exit(read(gate[0], &byte, 1) > 0);
        }
    }
    int code = errno;
    printf("%d processes\n", count);
    return count < 20000 ? code : 0;
}

// Leaves somebody behind in a session of his own, whose parent is gone, and who holds the standard output.
static int survivor(char **a) {
    (void)a;
    pid_t pid = fork();
    if (pid == 0) {
        setsid();
        if (fork() != 0) _exit(0);
        for (int number = 1; number < 64; number++) signal(number, SIG_IGN);
        for (;;) sleep(1000);
    }
    waitpid(pid, NULL, 0);
    return 0;
}

// Hears no signal that can be refused.
static int deaf(char **a) {
    (void)a;
    for (int number = 1; number < 64; number++) signal(number, SIG_IGN);
    printf("deaf\n");
    fflush(stdout);
    while (pause() < 0) continue;
    return 0;
}

// Answers each byte with the next one, on descriptor 3: a worker.
static int echo(char **a) {
    (void)a;
    char byte;
    while (read(3, &byte, 1) == 1) {
        byte++;
        if (write(3, &byte, 1) != 1) return errno;
    }
    return 0;
}

const struct attack process_attacks[] = {
    {"trace-first", trace_first}, {"read-first", read_first}, {"take-descriptor", take_descriptor},
    {"kill-first", kill_first}, {"trace-child", trace_child}, {"become-root", become_root}, {"bomb", bomb},
    {"survivor", survivor}, {"deaf", deaf}, {"echo", echo}, {0, 0},
};

// At other processes, and at the machine by their number.
#define _GNU_SOURCE 1
#include "attacks.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
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

static int shared_memory(char **a) { (void)a; RESULT(shmget(4711, 4096, IPC_CREAT | 0666)); }
static int messages(char **a) { (void)a; RESULT(msgget(4711, IPC_CREAT | 0666)); }
static int watching(char **a) {
    int fd = inotify_init1(0);
    if (fd < 0) return errno;
    RESULT(inotify_add_watch(fd, a[0], IN_ALL_EVENTS));
}

// Somebody else of the same user, by his number: his signals, his limits, his priority and his processors.
static int kill_other(char **a) { RESULT(kill(atoi(a[0]), SIGTERM)); }
static int kill_all(char **a) { (void)a; RESULT(kill(-1, SIGTERM)); }
static int limit_other(char **a) {
    struct rlimit limit = {16, 16};
    RESULT(prlimit(atoi(a[0]), RLIMIT_NOFILE, &limit, NULL));
}
static int slow_other(char **a) { RESULT(setpriority(PRIO_PROCESS, (id_t)atoi(a[0]), 19)); }
static int place_other(char **a) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    RESULT(sched_setaffinity(atoi(a[0]), sizeof one, &one));
}
static int read_other(char **a) {
    char byte;
    struct iovec ours = {&byte, 1}, theirs = {(void *)0x400000, 1};
    RESULT(process_vm_readv(atoi(a[0]), &ours, 1, &theirs, 1, 0));
}

const struct attack process_attacks[] = {
    {"shared-memory", shared_memory}, {"messages", messages}, {"watching", watching}, {"kill-other", kill_other},
    {"kill-all", kill_all}, {"limit-other", limit_other}, {"slow-other", slow_other}, {"place-other", place_other},
    {"read-other", read_other},
    {"trace-first", trace_first}, {"read-first", read_first}, {"take-descriptor", take_descriptor},
    {"kill-first", kill_first}, {"trace-child", trace_child}, {"become-root", become_root}, {"bomb", bomb},
    {"survivor", survivor}, {"deaf", deaf}, {"echo", echo}, {0, 0},
};

// At the end of a run: processes that try to be there afterwards. Each holds descriptor 3; whoever reads its other end on
// the host sees whether somebody is left.
#define _GNU_SOURCE 1
#include "probe.h"

#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void stay(void) {
    for (int number = 1; number < 64; number++) signal(number, SIG_IGN);
    for (;;) sleep(1000);
}

static int by_session(char **a) {
    (void)a;
    pid_t pid = fork();
    if (pid < 0) return errno;
    if (pid == 0) {
        setsid();
        stay();
    }
    return 0;
}
static int by_double_fork(char **a) {
    (void)a;
    pid_t pid = fork();
    if (pid < 0) return errno;
    if (pid == 0) {
        setsid();
        if (fork() != 0) _exit(0);
        stay();
    }
    waitpid(pid, NULL, 0);
    return 0;
}
// A child of the first process of the run instead of ours.
static int as_sibling(char **a) {
    (void)a;
    long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid < 0) return errno;
    if (pid == 0) stay();
    return 0;
}
static int stopped(char **a) {
    (void)a;
    pid_t pid = fork();
    if (pid < 0) return errno;
    if (pid == 0) {
        setsid();
        raise(SIGSTOP);
        stay();
    }
    waitpid(pid, NULL, WUNTRACED);
    return 0;
}
// Of those that adopt orphans.
static int adopted(char **a) {
    (void)a;
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0) return errno;
    return by_double_fork(a);
}
// A chain in which each makes the next before it is gone.
static int runaway(char **a) {
    (void)a;
    pid_t pid = fork();
    if (pid < 0) return errno;
    if (pid == 0) {
        setsid();
        for (;;) {
            pid_t next = fork();
            if (next > 0) _exit(0);
            if (next < 0) usleep(1000);
        }
    }
    return 0;
}
// Hears nothing, and ends only by force.
static int deaf(char **a) {
    (void)a;
    stay();
    return 0;
}

const struct attempt survivor_attempts[] = {
    {"survive-session", by_session}, {"survive-double-fork", by_double_fork}, {"survive-sibling", as_sibling},
    {"survive-stopped", stopped}, {"survive-adopted", adopted}, {"survive-runaway", runaway}, {"deaf", deaf}, {0, 0},
};

// At rules on arguments: showing one thing, and executing another.
#define _GNU_SOURCE 1
#include "attacks.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 400

// What somebody else changes back and forth while we execute it.
static volatile char *changing;
static char shown[64], meant[64];
static char stack[65536] __attribute__((aligned(16)));

static int change(void *nothing) {
    (void)nothing;
    for (long i = 0; i < 3000000 && getppid() != 1; i++) {
        memcpy((char *)changing, i % 2 ? meant : shown, sizeof meant);
        for (volatile int wait = 0; wait < (int)(i % 1500); wait++) continue;
    }
    return 0;
}
static void *change_in_thread(void *nothing) {
    change(nothing);
    return NULL;
}

// Each round executes once, and how it went is counted: ran (with 0), killed, refused.
static int race(char *program, char **arguments, int in_thread) {
    int ran = 0, killed = 0, refused = 0, failed = 0;
    for (int round = 0; round < ROUNDS; round++) {
        pid_t pid = fork();
        if (pid < 0) return errno;
        if (pid == 0) {
            memcpy((char *)changing, shown, sizeof shown);
            pthread_t thread;
            if (in_thread) pthread_create(&thread, NULL, change_in_thread, NULL);
            else clone(change, stack + sizeof stack, CLONE_VM | CLONE_UNTRACED, NULL);
            for (volatile int wait = 0; wait < round * 100; wait++) continue;
            execve(program, arguments, (char *[]){NULL});
            _exit(errno);
        }
        int status;
        waitpid(pid, &status, 0);
        if (WIFSIGNALED(status)) killed++;
        else if (WEXITSTATUS(status) == 0) ran++;
        else if (WEXITSTATUS(status) == EACCES) refused++;
        else failed++;
    }
    fprintf(stderr, "%d ran, %d killed, %d refused, %d failed\n", ran, killed, refused, failed);
    return 0;
}

// PROGRAM SHOWN MEANT: its first argument changes.
static int changed_argument(char **a, int in_thread) {
    static char word[64];
    changing = word;
    strncpy(shown, a[1], sizeof shown - 1);
    strncpy(meant, a[2], sizeof meant - 1);
    char *arguments[] = {a[0], word, NULL};
    return race(a[0], arguments, in_thread);
}
static int argument_by_thread(char **a) { return changed_argument(a, 1); }
static int argument_by_process(char **a) { return changed_argument(a, 0); }

// SHOWN MEANT ARGUMENT: the program changes.
static int changed_program(char **a) {
    static char path[64];
    changing = path;
    strncpy(shown, a[0], sizeof shown - 1);
    strncpy(meant, a[1], sizeof meant - 1);
    char *arguments[] = {"x", a[2], NULL};
    return race(path, arguments, 1);
}

// LINK SHOWN MEANT ARGUMENT: where a link leads changes.
static int changed_link(char **a) {
    char other[256];
    snprintf(other, sizeof other, "%s.new", a[0]);
    unlink(a[0]);
    if (symlink(a[1], a[0]) < 0) return errno;
    pid_t changer = fork();
    if (changer == 0)
        for (int i = 0;; i++) {
            unlink(other);
            if (symlink(a[1 + i % 2], other) == 0) rename(other, a[0]);
        }
    static char nothing[64];
    changing = nothing;
    char *arguments[] = {"x", a[3], NULL};
    int result = race(a[0], arguments, 0);
    kill(changer, SIGKILL);
    waitpid(changer, NULL, 0);
    return result;
}

// PROGRAM ARGUMENT…, by somebody whose memory nobody may look at.
static int hidden_caller(char **a) {
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    execve(a[0], a, (char *[]){NULL});
    return errno;
}

// PROGRAM ARGUMENT, by many threads of one process at once; all but one are gone when it runs.
static char **many;
static void *execute(void *nothing) {
    execve(many[0], many, (char *[]){NULL});
    return nothing;
}
static int many_threads(char **a) {
    many = a;
    pthread_t threads[32];
    for (int i = 0; i < 32; i++) pthread_create(&threads[i], NULL, execute, NULL);
    for (int i = 0; i < 32; i++) pthread_join(threads[i], NULL);
    return EACCES;
}

// PROGRAM ARGUMENT, by many processes that go away while they are asked about.
static int vanishing(char **a) {
    for (int i = 0; i < ROUNDS; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            execve(a[0], a, (char *[]){NULL});
            _exit(errno);
        }
        for (volatile int wait = 0; wait < i * 50; wait++) continue;
        kill(pid, SIGKILL);
        if (i % 8 == 7) while (waitpid(-1, NULL, 0) > 0) continue;
    }
    while (waitpid(-1, NULL, 0) > 0) continue;
    return 0;
}

const struct attack argument_attacks[] = {
    {"argument-by-thread", argument_by_thread}, {"argument-by-process", argument_by_process},
    {"changed-program", changed_program}, {"changed-link", changed_link}, {"hidden-caller", hidden_caller},
    {"many-threads", many_threads}, {"vanishing", vanishing}, {0, 0},
};

#define _GNU_SOURCE 1
#include "waiting.h"
#include "executions.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct cjail_setup *rules;
static int command, command_status, command_ended;

// Threads that execute at the same time: the first to come kills the others, and holds a lock until those whom we follow
// have been waited for; to follow one more, we wait for that lock. So while we do, whoever dies is waited for at once, and
// so is the stop behind an execve, which no signal would tell of again.
static void interrupt(int number) {
    (void)number;
    const int before = errno;
    cjail_wait_for_all();
    errno = before;
}

void cjail_begin_waiting(int process, int asked, const struct cjail_setup *setup) {
    command = process;
    rules = setup;
    if (!asked) return;
    struct sigaction action = {.sa_handler = interrupt};
    sigaction(SIGCHLD, &action, NULL);
}

void cjail_wait_for_all(void) {
    int status;
    long process;
    while ((process = syscall(SYS_wait4, -1, &status, WNOHANG | __WALL, NULL)) > 0) {
        if (WIFSTOPPED(status)) {
            cjail_see_stopped((int)process, status, rules);
        } else if (process == command) {
            command_status = status;
            command_ended = 1;
        }
    }
}

int cjail_has_ended(int *status) {
    *status = command_status;
    return command_ended;
}

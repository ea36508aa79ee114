// On the host: runs what is to be tried without a jail, as an ordinary user and not for long, and leaves nobody behind.
#define _GNU_SOURCE 1
#include "probe.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int become(uid_t uid, gid_t gid) {
    if (geteuid() != 0) return 0;
    if (uid == 0 || gid == 0) return EINVAL;
    if (syscall(SYS_setgroups, 0, NULL) < 0) return errno;
    if (setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0) return errno;
    // Its /proc belongs to root otherwise, and cannot be read by itself.
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    return 0;
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

// Whoever is left came to us when his parent ended.
static void end_children(void) {
    char path[60], text[4096];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    for (int round = 0; round < 1000; round++) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t count = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
        if (fd >= 0) close(fd);
        text[count > 0 ? count : 0] = 0;
        for (char *rest = text, *word; (word = strtok_r(rest, " ", &rest));) kill((pid_t)number(word), SIGKILL);
        while (waitpid(-1, NULL, WNOHANG | __WALL) > 0) continue;
        if (waitpid(-1, NULL, WNOHANG | __WALL) < 0 && errno == ECHILD) return;
        usleep(1000);
    }
}

// a: uid gid seconds program arguments…
int run_as(int count, char **a) {
    (void)count;
    int code = become((uid_t)number(a[0]), (gid_t)number(a[1]));
    if (code) {
        fprintf(stderr, "sidecar-probe: becoming user %s: %s\n", a[0], strerror(code));
        return 125;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    if (strcmp(a[3], "witness") == 0) return witness(a[4]);
    const double end = seconds() + (double)number(a[2]);
    pid_t pid = fork();
    if (pid < 0) return 125;
    if (pid == 0) {
        struct rlimit core = {0, 0};
        setrlimit(RLIMIT_CORE, &core);
        execv(a[3], a + 3);
        _exit(127);
    }
    int status = 0;
    pid_t ended;
    while ((ended = waitpid(pid, &status, WNOHANG)) == 0 && seconds() < end) usleep(500);
    // Whoever is there now has outlived it.
    if (ended == pid) {
        pid_t left;
        while ((left = waitpid(-1, NULL, WNOHANG | __WALL)) > 0) continue;
        if (left == 0) fputs("=left behind\n", stderr);
    }
    end_children();
    return ended == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 124;
}

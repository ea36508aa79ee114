// From an ordinary process to the first one of its own namespaces. Here fork is allowed: this program has one thread.
#define _GNU_SOURCE 1
#include "include/CJail.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define RESULT(expression) ((expression) < 0 ? -(long)errno : 0)

uint32_t cjail_user(void) { return (uint32_t)geteuid(); }
uint32_t cjail_group(void) { return (uint32_t)getegid(); }

long cjail_close_to_tracers(void) { return RESULT(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)); }

long cjail_become(uint32_t uid, uint32_t gid) {
    if (uid == 0 || gid == 0) return -EINVAL;
    if (syscall(SYS_setgroups, 0, NULL) < 0) return -(long)errno;
    if (syscall(SYS_setresgid, gid, gid, gid) < 0) return -(long)errno;
    if (syscall(SYS_setresuid, uid, uid, uid) < 0) return -(long)errno;
    // A change of user makes /proc/self root's, and the maps could not be written.
    return RESULT(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
}

long cjail_enter_namespaces(uint32_t more) {
    int flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID;
    if (more & CJAIL_IPC) flags |= CLONE_NEWIPC;
    if (more & CJAIL_UTS) flags |= CLONE_NEWUTS;
    if (more & CJAIL_NET) flags |= CLONE_NEWNET;
    if (more & CJAIL_CGROUP) flags |= CLONE_NEWCGROUP;
    return RESULT(unshare(flags));
}

static long write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -(long)errno;
    size_t length = strlen(text);
    ssize_t count = write(fd, text, length);
    long result = count < 0 ? -(long)errno : (size_t)count == length ? 0 : -EIO;
    close(fd);
    return result;
}

long cjail_write_maps(uint32_t inside_uid, uint32_t inside_gid, uint32_t outside_uid, uint32_t outside_gid) {
    // The limit of processes does not hold for the outer root, and its files would be the host's.
    if (outside_uid == 0 || inside_uid == 0) return -EPERM;
    char text[48];
    // Without this an ordinary user may not map groups; with it nobody can drop a group that denies it something.
    long result = write_file("/proc/self/setgroups", "deny");
    if (result < 0) return result;
    snprintf(text, sizeof text, "%u %u 1", inside_uid, outside_uid);
    result = write_file("/proc/self/uid_map", text);
    if (result < 0) return result;
    snprintf(text, sizeof text, "%u %u 1", inside_gid, outside_gid);
    return write_file("/proc/self/gid_map", text);
}

long cjail_close_user_namespaces(void) { return write_file("/proc/sys/user/max_user_namespaces", "0"); }

long cjail_set_host_name(const char *name) { return RESULT(sethostname(name, strlen(name))); }

long cjail_become_first_process(void) {
    pid_t pid = fork();
    if (pid < 0) return -(long)errno;
    if (pid == 0) {
        // Whoever ends the process that was started ends the zygote, and its end takes every run along.
        return RESULT(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0));
    }
    // The zygote's end of the control socket must be the only one.
    syscall(SYS_close_range, 0u, ~0u, 0u);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) _exit(1);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

// At what a process is allowed to be: other users, capabilities, and the locks that keep it from getting them back.
#define _GNU_SOURCE 1
#include "probe.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int user(char **a) { RESULT(setresuid((uid_t)number(a[0]), (uid_t)number(a[0]), (uid_t)number(a[0]))); }
static int group(char **a) { RESULT(setresgid((gid_t)number(a[0]), (gid_t)number(a[0]), (gid_t)number(a[0]))); }
static int groups(char **a) {
    (void)a;
    gid_t wheel = 0;
    RESULT(setgroups(1, &wheel));
}
static int file_user(char **a) {
    (void)a;
    // It returns who it was before, and says nothing of success.
    syscall(SYS_setfsuid, 0);
    return syscall(SYS_setfsuid, -1) == 0 ? 0 : EPERM;
}
static int capabilities(char **a) {
    (void)a;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct all[2] = {{~0u, ~0u, ~0u}, {~0u, ~0u, ~0u}};
    RESULT(syscall(SYS_capset, &header, all));
}
static int held(char **a) {
    (void)a;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct now[2] = {{0}, {0}};
    if (syscall(SYS_capget, &header, now) < 0) return errno;
    note("effective %08x%08x, permitted %08x%08x", now[1].effective, now[0].effective, now[1].permitted,
         now[0].permitted);
    return now[0].permitted | now[1].permitted | now[0].inheritable | now[1].inheritable ? 0 : EPERM;
}
static int ambient(char **a) { RESULT(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, number(a[0]), 0, 0)); }
static int bounding(char **a) {
    (void)a;
    for (unsigned long capability = 0; capability < 64; capability++)
        if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1) {
            note("capability %lu is in the bounding set", capability);
            return 0;
        }
    return EPERM;
}
static int new_privileges(char **a) {
    (void)a;
    long now = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
    if (now < 0) return errno;
    if (now == 0) {
        note("no_new_privs is not set");
        return 0;
    }
    RESULT(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
}
static int secure_bits(char **a) {
    (void)a;
    long now = prctl(PR_GET_SECUREBITS, 0, 0, 0, 0);
    if (now < 0) return errno;
    if (!(now & SECBIT_NOROOT_LOCKED)) {
        note("securebits are %lx: not locked", now);
        return 0;
    }
    RESULT(prctl(PR_SET_SECUREBITS, 0, 0, 0, 0));
}
static int filterless(char **a) {
    (void)a;
    long mode = prctl(PR_GET_SECCOMP, 0, 0, 0, 0);
    if (mode < 0) return errno;
    note("seccomp mode %ld", mode);
    return mode == 0 ? 0 : EPERM;
}
// Nobody inside may be root outside, or somebody else beside its own user.
static int mapping(char **a) {
    (void)a;
    FILE *map = fopen("/proc/self/uid_map", "re");
    if (!map) return errno;
    unsigned inside = 0, outside = 0, count = 0;
    int lines = 0;
    while (fscanf(map, "%u %u %u", &inside, &outside, &count) == 3) {
        lines++;
        note("%u is %u outside, %u of them", inside, outside, count);
        if (outside == 0 || inside == 0 || count > 1) return 0;
    }
    return lines == 1 ? EPERM : 0;
}
// a: a program that becomes root when it is started. Which user it then was is seen in /proc.
static int set_user_program(char **a) {
    int report[2];
    if (access(a[0], X_OK) < 0) return errno;
    if (pipe(report) < 0) return errno;
    pid_t pid = fork();
    if (pid < 0) return errno;
    if (pid == 0) {
        dup2(report[0], 0);
        int nothing = open("/dev/null", O_WRONLY);
        dup2(nothing, 1);
        dup2(nothing, 2);
        execl(a[0], a[0], (char *)NULL);
        _exit(127);
    }
    usleep(100000);
    char path[40], text[2000];
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    int fd = open(path, O_RDONLY);
    ssize_t count = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    int code = errno;
    end_child(pid);
    if (count < 0) return code;
    text[count] = 0;
    char *line = strstr(text, "Uid:");
    unsigned real = 1, effective = 1;
    if (!line || sscanf(line, "Uid: %u %u", &real, &effective) != 2) return ESRCH;
    note("it ran as %u", effective);
    return effective == 0 ? 0 : EPERM;
}
static int variable(char **a) {
    const char *value = getenv(a[0]);
    if (!value) return ENOENT;
    note("%s=%s", a[0], value);
    return 0;
}

const struct attempt privilege_attempts[] = {
    {"user", user}, {"group", group}, {"groups", groups}, {"file-user", file_user}, {"capabilities", capabilities},
    {"held-capabilities", held}, {"ambient", ambient}, {"bounding", bounding}, {"new-privileges", new_privileges},
    {"secure-bits", secure_bits}, {"filterless", filterless}, {"mapping", mapping},
    {"set-user-program", set_user_program}, {"variable", variable}, {0, 0},
};

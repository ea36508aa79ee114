// C, because a child is made here and only C may run between the birth of a child and its end: the parent has other
// threads, whose locks the child inherits in whatever state they were. So the child makes bare system calls only
// (glibc's setresuid, for one, waits for threads that do not exist in it) and never returns.
// Before everything: CLinux.h comes as a module, whose own definition does not reach the headers below.
#define _GNU_SOURCE 1
#include "CLinux.h"

#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>

// The overflow user of every Linux: somebody who owns nothing.
#define NOBODY 65534
// The user inside the namespace; any will do but root.
#define INSIDE_USER 1000

long clinux_landlock_abi(void) {
    CLINUX_RESULT(syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION));
}

long clinux_seccomp_filter_available(void) {
    // A filter from nowhere: a kernel that would take one says EFAULT, after its check of everything else.
    long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL);
    int code = result < 0 ? errno : EPROTO;
    return code == EFAULT ? 0 : -code;
}

long clinux_seccomp_notify_available(void) {
    struct seccomp_notif_sizes sizes;
    uint32_t action = SECCOMP_RET_USER_NOTIF;
    if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) < 0) return -(long)errno;
    CLINUX_RESULT(syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes));
}

long clinux_descriptor_limit(uint64_t *soft, uint64_t *hard) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return -(long)errno;
    *soft = limit.rlim_cur;
    *hard = limit.rlim_max;
    return 0;
}

// -- In the child ----------------------------------------------------------------------------------------------

static int write_file(const char *path, const char *text, size_t length) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t count = write(fd, text, length);
    int code = errno;
    close(fd);
    errno = code;
    return count == (ssize_t)length ? 0 : -1;
}

// "1000 <outer> 1", by hand: snprintf may take a lock.
static int write_map(const char *path, unsigned outer) {
    char text[32] = "1000 ", digits[12];
    size_t length = 5, count = 0;
    _Static_assert(INSIDE_USER == 1000, "the text above names it");
    do digits[count++] = (char)('0' + outer % 10);
    while ((outer /= 10) != 0);
    while (count > 0) text[length++] = digits[--count];
    text[length++] = ' ';
    text[length++] = '1';
    return write_file(path, text, length);
}

static int become_nobody(void) {
    if (syscall(SYS_setgroups, 0, NULL) < 0) return -1;
    if (syscall(SYS_setresgid, NOBODY, NOBODY, NOBODY) < 0) return -1;
    if (syscall(SYS_setresuid, NOBODY, NOBODY, NOBODY) < 0) return -1;
    // A change of user makes /proc/self root's, and the maps below could not be written.
    return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

// A fresh /proc can only be mounted by a member of the new pid namespace, which is our child and not us.
static int proc_mounts(void) {
    long pid = syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
    if (pid < 0) return 0;
    if (pid == 0) syscall(SYS_exit_group, mount("proc", "/", "proc", 0, "subset=pid,hidepid=2") == 0 ? 0 : 1);
    int status = 0;
    while (waitpid((pid_t)pid, &status, __WALL) < 0)
        if (errno != EINTR) return 0;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int try_jail(enum clinux_probe_way way, struct clinux_namespace_probe *out) {
    out->stage = CLINUX_PROBE_DROP;
    if (way == CLINUX_PROBE_AS_NOBODY && become_nobody() < 0) return -1;
    unsigned user = geteuid(), group = getegid();

    out->stage = CLINUX_PROBE_USER;
    if (way != CLINUX_PROBE_OWN_PRIVILEGES) {
        if (syscall(SYS_unshare, CLONE_NEWUSER) < 0) return -1;
        out->stage = CLINUX_PROBE_MAP;
        if (write_file("/proc/self/setgroups", "deny", 4) < 0) return -1;
        if (write_map("/proc/self/uid_map", user) < 0 || write_map("/proc/self/gid_map", group) < 0) return -1;
    }

    out->stage = CLINUX_PROBE_NAMESPACES;
    if (syscall(SYS_unshare, CLONE_NEWNS) < 0) return -1;
    static const struct {
        int flag;
        uint32_t bit;
    } more[] = {
        {CLONE_NEWPID, CLINUX_PROBE_NEW_PID}, {CLONE_NEWNET, CLINUX_PROBE_NEW_NET},
        {CLONE_NEWIPC, CLINUX_PROBE_NEW_IPC}, {CLONE_NEWUTS, CLINUX_PROBE_NEW_UTS},
        {CLONE_NEWCGROUP, CLINUX_PROBE_NEW_CGROUP},
    };
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (syscall(SYS_unshare, more[i].flag) == 0) out->namespaces |= more[i].bit;

    out->stage = CLINUX_PROBE_MOUNT;
    // Nothing that we mount may spread to the host. "/" is the one folder that is certainly there to mount on.
    if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0) return -1;
    if (mount("tmpfs", "/", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=64k") < 0) return -1;
    if ((out->namespaces & CLINUX_PROBE_NEW_PID) && proc_mounts()) out->namespaces |= CLINUX_PROBE_NEW_PROC;

    out->stage = CLINUX_PROBE_DONE;
    return 0;
}

// -- In the parent ---------------------------------------------------------------------------------------------

long clinux_probe_namespaces(enum clinux_probe_way way, struct clinux_namespace_probe *out) {
    struct clinux_namespace_probe *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) return -(long)errno;

    // No exit signal: whoever listens for SIGCHLD must not hear of this child, and nobody's waitpid may take it.
    long pid = syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
    if (pid == 0) {
        int result = try_jail(way, shared);
        shared->error = result < 0 ? errno : 0;
        for (;;) syscall(SYS_exit_group, 0);
    }
    long failure = pid < 0 ? -(long)errno : 0;
    int status = 0;
    while (failure == 0 && waitpid((pid_t)pid, &status, __WALL) < 0)
        if (errno != EINTR) failure = -(long)errno;

    *out = *shared;
    out->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    munmap(shared, sizeof *shared);
    return failure;
}

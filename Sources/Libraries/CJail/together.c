// What keeps a run together, and apart from all others, where the host gives no namespaces. A pid namespace does two things
// for the jail: its end is the end of everybody in it, and nobody in it can signal anybody outside. Here Landlock's scope of
// signals does the second, and so the first: who kills "all", kills those in its own domain, and the kernel does that in
// one go, so that nobody can be born beside it. A subreaper then waits for them, whoever their parents were.
#define _GNU_SOURCE 1
#include "together.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// A domain of its own that forbids nothing but to signal out of it. See landlock.c for the structure.
static long scope_signals(void) {
    const struct {
        uint64_t files, ports, scopes;
    } handled = {0, 0, 2}; // LANDLOCK_SCOPE_SIGNAL
    long ruleset = syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
    if (ruleset < 0) return -1;
    long result = syscall(SYS_landlock_restrict_self, ruleset, 0);
    int code = errno;
    syscall(SYS_close, ruleset);
    errno = code;
    return result;
}

long cjail_stay_together(pid_t zygote) {
    if (syscall(SYS_prctl, PR_SET_PDEATHSIG, (long)CJAIL_END_SIGNAL, 0ul, 0ul, 0ul) < 0) return -1;
    // It may be gone already.
    if (syscall(SYS_getppid) != zygote) {
        errno = ESRCH;
        return -1;
    }
    if (syscall(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1ul, 0ul, 0ul, 0ul) < 0) return -1;
    if (scope_signals() < 0) return -1;
    // The end of a run kills "all": on a kernel where that meant all there are, no run may begin.
    if (syscall(SYS_kill, zygote, 0) == 0 || errno != EPERM) {
        errno = EUNATCH;
        return -1;
    }
    return 0;
}

long cjail_renounce_privileges(void) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -(long)errno;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0) return -(long)errno;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0}, {0}};
    return syscall(SYS_capset, &header, none) < 0 ? -(long)errno : 0;
}

long cjail_keep_together(void) {
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0) return -(long)errno;
    return scope_signals() < 0 ? -(long)errno : 0;
}

void cjail_end_together(void) {
    kill(-1, SIGKILL);
    while (wait4(-1, NULL, __WALL, NULL) > 0 || errno == EINTR) continue;
}

long cjail_threads_of_user(void) {
    DIR *processes = opendir("/proc");
    if (processes == NULL) return -(long)errno;
    const uid_t user = getuid();
    long count = 0;
    for (struct dirent *entry; (entry = readdir(processes)) != NULL;) {
        if (!isdigit((unsigned char)entry->d_name[0])) continue;
        char path[32];
        struct stat status;
        snprintf(path, sizeof path, "%.16s/task", entry->d_name);
        // A folder of folders: two links, and one for each thread.
        if (fstatat(dirfd(processes), path, &status, 0) < 0 || status.st_nlink < 2) continue;
        if (status.st_uid == user) count += (long)status.st_nlink - 2;
    }
    closedir(processes);
    return count;
}

// Root's files for somebody who is not root. Who runs as root must not run tools as root; but the workspace is root's,
// and a jail that can change nothing in it is of no use. So in the jail's view of it root and the jail's user have
// changed places: what is root's on the disk is the user's inside, and what the user makes is root's on the disk.
#define _GNU_SOURCE 1
#include "include/CJail.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static long write_map(pid_t pid, const char *name, uint32_t other) {
    char path[48], text[160];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    // Everybody else stays who they are. 4294967295 is nobody at all.
    int length = snprintf(text, sizeof text, "0 %u 1\n1 1 %u\n%u 0 1\n%u %u %u\n", other, other - 1, other, other + 1,
                          other + 1, 4294967295u - other - 1);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -(long)errno;
    long result = write(fd, text, (size_t)length) == length ? 0 : -(long)errno;
    close(fd);
    return result;
}

long cjail_exchange_owners(uint32_t outer_uid, uint32_t outer_gid) {
    if (outer_uid < 2 || outer_gid < 2) return -EINVAL;
    // A namespace needs somebody in it until there is a descriptor of it.
    pid_t pid = (pid_t)syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid < 0) return -(long)errno;
    if (pid == 0)
        for (;;) pause();
    long result = write_map(pid, "uid_map", outer_uid);
    if (result == 0) result = write_map(pid, "gid_map", outer_gid);
    if (result == 0) {
        char path[48];
        snprintf(path, sizeof path, "/proc/%d/ns/user", (int)pid);
        result = open(path, O_RDONLY | O_CLOEXEC);
        if (result < 0) result = -(long)errno;
    }
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
    return result;
}

long cjail_map_owners(int mount, int user_namespace) {
    struct mount_attr change;
    memset(&change, 0, sizeof change);
    change.attr_set = MOUNT_ATTR_IDMAP;
    change.userns_fd = (uint64_t)user_namespace;
    long result = syscall(SYS_mount_setattr, mount, "", AT_EMPTY_PATH, &change, sizeof change);
    return result < 0 ? -(long)errno : 0;
}

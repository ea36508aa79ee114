// The view: mounts that are made aside, made strict, and only then attached, by descriptors and never by names that
// somebody else could change meanwhile. mount_setattr came with Linux 5.12, one version before Landlock.
#define _GNU_SOURCE 1
#include "include/CJail.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

// <sys/mount.h> and <linux/mount.h> cannot be read together on glibc 2.36; these two are all that is needed of it.
int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data);
int umount2(const char *target, int flags);
#define DETACH_LAZILY 2 // MNT_DETACH

#define RESULT(expression)                           \
    do {                                             \
        long result_ = (long)(expression);           \
        return result_ < 0 ? -(long)errno : result_; \
    } while (0)

long cjail_separate_mounts(void) { RESULT(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)); }

long cjail_new_tmpfs(uint64_t bytes, uint64_t inodes, const char *mode) {
    int context = (int)syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC);
    if (context < 0) return -(long)errno;
    char size[24], count[24];
    snprintf(size, sizeof size, "%llu", (unsigned long long)bytes);
    snprintf(count, sizeof count, "%llu", (unsigned long long)inodes);
    long result = -1;
    if (syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "size", size, 0) == 0
        && syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "nr_inodes", count, 0) == 0
        && syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, "mode", mode, 0) == 0
        && syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
        result = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
    long code = errno;
    close(context);
    return result < 0 ? -code : result;
}

static long open_by(int folder, const char *path, uint64_t flags, uint64_t resolve) {
    struct open_how how;
    memset(&how, 0, sizeof how);
    how.flags = flags | O_CLOEXEC;
    how.resolve = resolve | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;
    long fd;
    // EAGAIN: somebody renamed a folder on the way, and the kernel could not be sure.
    do fd = syscall(SYS_openat2, folder, path, &how, sizeof how);
    while (fd < 0 && (errno == EAGAIN || errno == EINTR));
    return fd < 0 ? -(long)errno : fd;
}

long cjail_open_source(const char *path) { return open_by(AT_FDCWD, path, O_PATH, 0); }

long cjail_open_target(int root, const char *path) { return open_by(root, path, O_PATH, RESOLVE_IN_ROOT); }

static uint64_t kernel_attributes(uint32_t attributes) {
    uint64_t result = 0;
    if (attributes & CJAIL_READ_ONLY) result |= MOUNT_ATTR_RDONLY;
    if (attributes & CJAIL_NO_EXEC) result |= MOUNT_ATTR_NOEXEC;
    if (attributes & CJAIL_NO_SUID) result |= MOUNT_ATTR_NOSUID;
    if (attributes & CJAIL_NO_DEVICES) result |= MOUNT_ATTR_NODEV;
    return result;
}

static long set_attributes(int mount_fd, uint32_t attributes, unsigned how) {
    struct mount_attr change;
    memset(&change, 0, sizeof change);
    change.attr_set = kernel_attributes(attributes);
    RESULT(syscall(SYS_mount_setattr, mount_fd, "", AT_EMPTY_PATH | how, &change, sizeof change));
}

long cjail_allow_execution(int mount_fd) {
    struct mount_attr change;
    memset(&change, 0, sizeof change);
    change.attr_clr = MOUNT_ATTR_NOEXEC;
    RESULT(syscall(SYS_mount_setattr, mount_fd, "", AT_EMPTY_PATH, &change, sizeof change));
}

long cjail_set_attributes(int mount_fd, uint32_t attributes) { return set_attributes(mount_fd, attributes, 0); }

long cjail_copy_mounts(int source, uint32_t attributes) {
    // With everything mounted beneath: an ordinary user may not look under a mount of somebody else.
    long tree = syscall(SYS_open_tree, source, "", AT_EMPTY_PATH | AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    if (tree < 0) return -(long)errno;
    long result = attributes == 0 ? 0 : set_attributes((int)tree, attributes, AT_RECURSIVE);
    if (result < 0) {
        close((int)tree);
        return result;
    }
    return tree;
}

long cjail_attach(int mount_fd, int target) {
    RESULT(syscall(SYS_move_mount, mount_fd, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH));
}

long cjail_make_folder(int parent, const char *name, uint32_t mode) {
    if (mkdirat(parent, name, mode) < 0) return -(long)errno;
    // The umask is whoever's it is.
    RESULT(fchmodat(parent, name, mode, 0));
}

long cjail_make_file(int parent, const char *name, uint32_t mode, const void *bytes, size_t count) {
    int fd = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0) return -(long)errno;
    long result = fchmod(fd, mode) < 0 ? -(long)errno : 0;
    if (result == 0 && count > 0) {
        ssize_t written = write(fd, bytes, count);
        result = written < 0 ? -(long)errno : (size_t)written == count ? 0 : -ENOSPC;
    }
    close(fd);
    return result;
}

// Whether this user can make nothing in the folder, now or after a chmod: it is another's, or mounted read-only for good. To
// set the mode that it has changes nothing, and only its owner may.
int cjail_can_never_make_in(int parent) {
    struct stat status;
    if (fstat(parent, &status) < 0) return 0;
    return fchmodat(parent, ".", status.st_mode & 07777, 0) < 0 && (errno == EPERM || errno == EROFS);
}

long cjail_make_link(int parent, const char *name, const char *target) { RESULT(symlinkat(target, parent, name)); }

long cjail_describe(int fd, struct cjail_file *out) {
    struct stat status;
    if (fstat(fd, &status) < 0) return -(long)errno;
    out->device = status.st_dev;
    out->inode = status.st_ino;
    out->size = (uint64_t)status.st_size;
    out->is_folder = S_ISDIR(status.st_mode);
    out->is_regular = S_ISREG(status.st_mode);
    out->links = (uint32_t)status.st_nlink;
    return 0;
}

long cjail_mount_processes(int root) {
    if (fchdir(root) < 0) return -(long)errno;
    RESULT(mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "subset=pid,hidepid=2"));
}

long cjail_pivot(int root) {
    // pivot_root(2), "pivot_root(".", ".")": the old root comes to lie on the new one, and is taken off.
    if (fchdir(root) < 0) return -(long)errno;
    if (syscall(SYS_pivot_root, ".", ".") < 0) return -(long)errno;
    if (umount2(".", DETACH_LAZILY) < 0) return -(long)errno;
    RESULT(chdir("/"));
}

long cjail_detach_view(int root) {
    if (fchdir(root) < 0) return -(long)errno;
    RESULT(umount2(".", DETACH_LAZILY));
}

long cjail_open_to_lock(int parent, const char *name) {
    return open_by(parent, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, RESOLVE_BENEATH);
}

long cjail_lock(int fd, int exclusively) { RESULT(flock(fd, (exclusively ? LOCK_EX : LOCK_SH) | LOCK_NB)); }

long cjail_mark(int fd, const char *attribute) { RESULT(fsetxattr(fd, attribute, "1", 1, 0)); }

long cjail_is_marked(int fd, const char *attribute) { return fgetxattr(fd, attribute, NULL, 0) == 1; }

long cjail_detach(const char *path) { RESULT(umount2(path, DETACH_LAZILY)); }

long cjail_remove(int parent, const char *name, int is_folder) {
    RESULT(unlinkat(parent, name, is_folder ? AT_REMOVEDIR : 0));
}

// At the kernel itself: calls that nobody in a jail needs, by their numbers and by side doors.
#define _GNU_SOURCE 1
#include "attacks.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int user_namespace(char **a) { (void)a; RESULT(unshare(CLONE_NEWUSER)); }
static int mount_namespace(char **a) { (void)a; RESULT(unshare(CLONE_NEWNS)); }
static int cloned_namespace(char **a) {
    (void)a;
    long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0) _exit(0);
    RESULT(pid);
}
static int clone3_namespace(char **a) {
    (void)a;
    unsigned long long arguments[11] = {CLONE_NEWUSER, 0, 0, 0, SIGCHLD};
    long pid = syscall(SYS_clone3, arguments, sizeof arguments);
    if (pid == 0) _exit(0);
    RESULT(pid);
}
static int mounting(char **a) { (void)a; RESULT(syscall(SYS_mount, "tmpfs", "/tmp", "tmpfs", 0, NULL)); }
static int unmounting(char **a) { RESULT(syscall(SYS_umount2, a[0], 2)); }
static int new_mount(char **a) { (void)a; RESULT(syscall(SYS_fsopen, "tmpfs", 0)); }
static int changing_root(char **a) { (void)a; RESULT(chroot("/tmp")); }
static int ring(char **a) {
    (void)a;
    char parameters[256] = {0};
    RESULT(syscall(SYS_io_uring_setup, 4, parameters));
}
static int fault_handler(char **a) { (void)a; RESULT(syscall(SYS_userfaultfd, 1)); }
static int bpf(char **a) {
    (void)a;
    char attributes[128] = {0};
    RESULT(syscall(SYS_bpf, 0, attributes, sizeof attributes));
}
static int keys(char **a) { (void)a; RESULT(syscall(SYS_add_key, "user", "jail", "x", 1, -2)); }
static int counters(char **a) {
    (void)a;
    char attributes[128] = {0};
    attributes[4] = 64;
    RESULT(syscall(SYS_perf_event_open, attributes, 0, -1, -1, 0));
}
static int handle(char **a) { (void)a; RESULT(syscall(SYS_open_by_handle_at, AT_FDCWD, "", 0)); }
static int change_personality(char **a) { (void)a; RESULT(personality(0x0400000)); }
static int raw_socket(char **a) { (void)a; RESULT(socket(AF_INET, SOCK_RAW, 1)); }
static int packet_socket(char **a) { (void)a; RESULT(socket(AF_PACKET, SOCK_RAW, 0)); }
static int virtual_socket(char **a) { (void)a; RESULT(socket(AF_VSOCK, SOCK_STREAM, 0)); }
static int netlink(char **a) { (void)a; RESULT(socket(AF_NETLINK, SOCK_RAW, 12)); }
static int unknown_call(char **a) { (void)a; RESULT(syscall(0x3fff)); }

// As many calls that are refused, one after the other, as it is told to make; each has to fail as the first.
static int refused_often(char **a) {
    for (long i = atol(a[0]); i > 0; i--)
        if (syscall(SYS_add_key, "user", "jail", "x", 1, -2) >= 0 || errno != EPERM) return errno;
    return 0;
}
// More different ones than anybody writes down.
static int refused_many(char **a) {
    (void)a;
    for (long family = 0; family < 64; family++) close(socket((int)family, SOCK_RAW, 0));
    for (long number = 0; number < 600; number++) {
        const int harmless[] = {SYS_mount, SYS_umount2, SYS_bpf, SYS_keyctl, SYS_add_key, SYS_request_key, SYS_chroot,
                                SYS_setns, SYS_swapon, SYS_swapoff, SYS_reboot, SYS_syslog, SYS_acct, SYS_quotactl};
        syscall(harmless[(size_t)number % (sizeof harmless / sizeof *harmless)], 0, 0, 0, 0, 0, 0);
    }
    return 0;
}

// TIOCSTI types a letter for whoever reads the terminal next. The kernel takes 32 bits of the number.
static int type_letter(char **a) { (void)a; RESULT(syscall(SYS_ioctl, 0, 0x5412ul, "x")); }
static int type_letter_high(char **a) { (void)a; RESULT(syscall(SYS_ioctl, 0, 0x5412ul | 1ul << 32, "x")); }

#if defined(__x86_64__)
// The table of 32-bit programs: 20 is getpid there, and writev here.
static int old_gate(char **a) {
    (void)a;
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
    return result < 0 ? (int)-result : 0;
}
// The table of programs with 32-bit pointers: getpid with its bit set.
static int other_table(char **a) { (void)a; RESULT(syscall(0x40000000 | SYS_getpid)); }
#else
static int old_gate(char **a) { (void)a; return ENOSYS; }
static int other_table(char **a) { (void)a; return ENOSYS; }
#endif

const struct attack kernel_attacks[] = {
    {"user-namespace", user_namespace}, {"mount-namespace", mount_namespace}, {"cloned-namespace", cloned_namespace},
    {"clone3-namespace", clone3_namespace}, {"mount", mounting}, {"unmount", unmounting}, {"new-mount", new_mount},
    {"chroot", changing_root}, {"io_uring", ring}, {"userfaultfd", fault_handler}, {"bpf", bpf}, {"keys", keys},
    {"counters", counters}, {"handle", handle}, {"personality", change_personality}, {"raw-socket", raw_socket},
    {"packet-socket", packet_socket}, {"virtual-socket", virtual_socket}, {"netlink", netlink},
    {"unknown-call", unknown_call}, {"refused-often", refused_often}, {"refused-many", refused_many}, {"type-letter", type_letter}, {"type-letter-high", type_letter_high},
    {"old-gate", old_gate}, {"other-table", other_table}, {0, 0},
};

// At the kernel itself: calls that nobody in a jail needs, by their numbers and by side doors. Each is harmless where it
// works, or is tried inside of a jail only.
#define _GNU_SOURCE 1
#include "probe.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int leave_child(long pid) {
    if (pid < 0) return errno;
    if (pid == 0) _exit(0);
    waitpid((pid_t)pid, NULL, __WALL);
    return 0;
}
static int separate(char **a) { RESULT(unshare((int)number(a[0]))); }
static int clone_flags(char **a) {
    return leave_child(syscall(SYS_clone, number(a[0]) | SIGCHLD, NULL, NULL, NULL, NULL));
}
static int clone3_flags(char **a) {
    unsigned long long arguments[11] = {(unsigned long long)number(a[0]), 0, 0, 0, SIGCHLD};
    return leave_child(syscall(SYS_clone3, arguments, sizeof arguments));
}
static int enter(char **a) {
    int fd = open(a[0], O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    RESULT(setns(fd, 0));
}

static int mount_memory(char **a) { RESULT(mount("tmpfs", a[0], "tmpfs", 0, NULL)); }
static int mount_bind(char **a) { RESULT(mount(a[0], a[1], NULL, MS_BIND | MS_REC, NULL)); }
static int mount_again(char **a) { RESULT(mount(NULL, a[0], NULL, MS_REMOUNT | MS_BIND, NULL)); }
static int mount_spread(char **a) { RESULT(mount(NULL, a[0], NULL, MS_SHARED | MS_REC, NULL)); }
static int mount_processes(char **a) { RESULT(mount("proc", a[0], "proc", 0, NULL)); }
static int mount_layers(char **a) {
    RESULT(mount("overlay", a[0], "overlay", 0, "lowerdir=/,upperdir=/tmp,workdir=/tmp"));
}
static int mount_formats(char **a) { RESULT(mount("binfmt_misc", a[0], "binfmt_misc", 0, NULL)); }
static int unmount(char **a) { RESULT(umount2(a[0], MNT_DETACH)); }
static int new_mount(char **a) { (void)a; RESULT(syscall(SYS_fsopen, "tmpfs", 0)); }
static int take_tree(char **a) { RESULT(syscall(SYS_open_tree, AT_FDCWD, a[0], 1)); }
static int look_tree(char **a) { RESULT(syscall(SYS_open_tree, AT_FDCWD, a[0], 0)); }
static int move_mount_to(char **a) { RESULT(syscall(SYS_move_mount, AT_FDCWD, a[0], AT_FDCWD, a[1], 0)); }
static int mount_attributes(char **a) {
    unsigned long long change[4] = {0, 8 /* MOUNT_ATTR_NOEXEC */, 0, 0};
    RESULT(syscall(SYS_mount_setattr, AT_FDCWD, a[0], 0, change, sizeof change));
}
static int pick_mount(char **a) { RESULT(syscall(SYS_fspick, AT_FDCWD, a[0], 0)); }
static int change_root(char **a) { RESULT(chroot(a[0])); }
static int pivot(char **a) { RESULT(syscall(SYS_pivot_root, a[0], a[0])); }

static int ring(char **a) {
    (void)a;
    char parameters[256] = {0};
    RESULT(syscall(SYS_io_uring_setup, 4, parameters));
}
static int ring_enter(char **a) { (void)a; RESULT(syscall(SYS_io_uring_enter, 0, 0, 0, 0, NULL, 0)); }
static int faults(char **a) { RESULT(syscall(SYS_userfaultfd, number(a[0]))); }
static int bpf_map(char **a) {
    (void)a;
    unsigned attributes[32] = {2 /* array */, 4, 4, 1};
    RESULT(syscall(SYS_bpf, 0, attributes, sizeof attributes));
}
static int bpf_program(char **a) {
    (void)a;
    char attributes[128] = {1};
    RESULT(syscall(SYS_bpf, 5, attributes, sizeof attributes));
}
static int counters(char **a) {
    unsigned attributes[32] = {(unsigned)number(a[0]), 128};
    attributes[10] = 1 << 5 | 1 << 6; // exclude_kernel, exclude_hv
    RESULT(syscall(SYS_perf_event_open, attributes, 0, -1, -1, 0));
}
static int add_key(char **a) { (void)a; RESULT(syscall(SYS_add_key, "user", "attempt", "x", 1, -2)); }
static int ask_key(char **a) { (void)a; RESULT(syscall(SYS_request_key, "user", "attempt", NULL, 0)); }
static int keys(char **a) { (void)a; RESULT(syscall(SYS_keyctl, 0, -3, 1)); }
static int load_module(char **a) { (void)a; RESULT(syscall(SYS_finit_module, 0, "", 0)); }
static int load_module_memory(char **a) { (void)a; RESULT(syscall(SYS_init_module, "", 0ul, "")); }
static int remove_module(char **a) { (void)a; RESULT(syscall(SYS_delete_module, "attempt", O_NONBLOCK)); }
static int next_kernel(char **a) { (void)a; RESULT(syscall(SYS_kexec_load, 0, 0, NULL, 0)); }
static int next_kernel_file(char **a) { (void)a; RESULT(syscall(SYS_kexec_file_load, 0, 0, 1ul, "", 0)); }
// With magic numbers that the kernel refuses: only the right to call it is tried.
static int restart(char **a) { (void)a; RESULT(syscall(SYS_reboot, 0, 0, 0, NULL)); }
static int log_of_kernel(char **a) { (void)a; RESULT(syscall(SYS_syslog, 10, NULL, 0)); }
static int clock_set(char **a) {
    (void)a;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    RESULT(clock_settime(CLOCK_REALTIME, &now));
}
static int host_name(char **a) { (void)a; RESULT(sethostname("attempt", 7)); }
static int accounting(char **a) { (void)a; RESULT(syscall(SYS_acct, NULL)); }
static int swap_off(char **a) { RESULT(syscall(SYS_swapoff, a[0])); }
static int quota(char **a) { (void)a; RESULT(syscall(SYS_quotactl, 0x800001 << 8, NULL, 0, NULL)); }
static int watch_files(char **a) { RESULT(syscall(SYS_fanotify_init, number(a[0]), 0)); }
static int personality_of(char **a) { RESULT(syscall(SYS_personality, number(a[0]))); }
static int numbered(char **a) { RESULT(syscall(number(a[0]), 0, 0, 0, 0, 0, 0)); }
static int secret_memory(char **a) { (void)a; RESULT(syscall(447, 0)); }
static int seccomp_listener(char **a) {
    (void)a;
    // A filter of our own that lets everything through, and whose listener would answer for what is refused.
    struct {
        unsigned short code;
        unsigned char jt, jf;
        unsigned k;
    } instruction = {6, 0, 0, 0x7fff0000};
    struct {
        unsigned short count;
        void *program;
    } filter = {1, &instruction};
    if (syscall(SYS_seccomp, 1, 0, &filter) < 0) return errno;
    // It only adds to those that hold; is what was refused before allowed now?
    RESULT(unshare(CLONE_NEWUSER));
}

#if defined(__x86_64__)
// Tables of other programs: 20 is getpid in that of 32-bit ones, and writev here. A filter that kills ends us; that is
// seen from outside.
static int old_gate(char **a) {
    (void)a;
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
    return result < 0 ? (int)-result : 0;
}
static int other_table(char **a) { (void)a; RESULT(syscall(0x40000000 | SYS_getpid)); }
static int ports(char **a) { (void)a; RESULT(syscall(SYS_ioperm, 0x80, 1, 1)); }
static int all_ports(char **a) { (void)a; RESULT(syscall(SYS_iopl, 3)); }
static int segments(char **a) {
    (void)a;
    unsigned entry[4] = {0, 0, 0xfffff, 0x51};
    RESULT(syscall(SYS_modify_ldt, 1, entry, sizeof entry));
}
#else
static int old_gate(char **a) { (void)a; return IMPOSSIBLE; }
static int other_table(char **a) { (void)a; return IMPOSSIBLE; }
static int ports(char **a) { (void)a; return IMPOSSIBLE; }
static int all_ports(char **a) { (void)a; return IMPOSSIBLE; }
static int segments(char **a) { (void)a; return IMPOSSIBLE; }
#endif

const struct attempt kernel_attempts[] = {
    {"separate", separate}, {"clone-flags", clone_flags}, {"clone3-flags", clone3_flags}, {"enter-namespace", enter},
    {"mount-memory", mount_memory}, {"mount-bind", mount_bind}, {"mount-again", mount_again},
    {"mount-spread", mount_spread}, {"mount-processes", mount_processes}, {"mount-layers", mount_layers},
    {"mount-formats", mount_formats}, {"unmount", unmount}, {"new-mount", new_mount}, {"take-tree", take_tree},
    {"look-tree", look_tree}, {"move-mount", move_mount_to}, {"mount-attributes", mount_attributes},
    {"pick-mount", pick_mount}, {"change-root", change_root}, {"pivot", pivot}, {"ring", ring},
    {"ring-enter", ring_enter}, {"faults", faults}, {"bpf-map", bpf_map}, {"bpf-program", bpf_program},
    {"counters", counters}, {"add-key", add_key}, {"ask-key", ask_key}, {"keys", keys}, {"load-module", load_module},
    {"load-module-memory", load_module_memory}, {"remove-module", remove_module}, {"next-kernel", next_kernel},
    {"next-kernel-file", next_kernel_file}, {"restart", restart}, {"log-of-kernel", log_of_kernel},
    {"clock-set", clock_set}, {"host-name", host_name}, {"accounting", accounting}, {"swap-off", swap_off},
    {"quota", quota}, {"watch-files", watch_files}, {"personality", personality_of}, {"numbered", numbered},
    {"secret-memory", secret_memory}, {"seccomp-listener", seccomp_listener}, {"old-gate", old_gate},
    {"other-table", other_table}, {"ports", ports}, {"all-ports", all_ports}, {"segments", segments}, {0, 0},
};

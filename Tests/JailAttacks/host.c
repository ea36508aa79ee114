// No attack, but a host on which there are fewer things: `refuse-namespaces ERRNO PROGRAM [ARGUMENT…]` becomes the program, for
// which no namespace can be had any more. Container engines do this with their filters, and answer as this does.
#define _GNU_SOURCE 1
#include "attacks.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NEW_NAMESPACES 0x7e020080u
#define CALL(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1)

static int refuse_namespaces(char **a) {
    if (!a[0] || !a[1]) return EINVAL;
    const unsigned answer = SECCOMP_RET_ERRNO | ((unsigned)atoi(a[0]) & SECCOMP_RET_DATA);
    struct sock_filter instructions[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        CALL(SYS_unshare), BPF_STMT(BPF_RET | BPF_K, answer),
        CALL(SYS_setns), BPF_STMT(BPF_RET | BPF_K, answer),
        CALL(SYS_mount), BPF_STMT(BPF_RET | BPF_K, answer),
        CALL(SYS_clone3), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NEW_NAMESPACES, 0, 1), BPF_STMT(BPF_RET | BPF_K, answer),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof instructions / sizeof *instructions, instructions};
    // Root needs no such promise, and a container's root has not made it.
    if (geteuid() != 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return errno;
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0) return errno;
    execv(a[1], a + 1);
    return errno;
}

const struct attack hosts[] = {{"refuse-namespaces", refuse_namespaces}, {0, 0}};

// At a worker: what somebody would try who has taken over a program of ours by a file that it read.
#define _GNU_SOURCE 1
#include "probe.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { requests = 3 };

// Where there is nobody at the other end, there is no worker: a pair of our own shows the same.
static int socket_of_requests(void) {
    struct stat status;
    int ends[2];
    if (fstat(requests, &status) == 0 && S_ISSOCK(status.st_mode)) return requests;
    return socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) < 0 ? -1 : ends[0];
}

static int send_descriptor(char **a) {
    int file = open(a[0], O_RDONLY), socket = socket_of_requests();
    if (file < 0 || socket < 0) return errno;
    char byte = 0, room[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    *header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(header), &file, sizeof file);
    RESULT(sendmsg(socket, &message, MSG_NOSIGNAL));
}
static int send_credentials(char **a) {
    (void)a;
    int on = 1, socket = socket_of_requests();
    if (socket < 0) return errno;
    RESULT(setsockopt(socket, SOL_SOCKET, SO_PASSCRED, &on, sizeof on));
}
static int ask_peer(char **a) {
    (void)a;
    struct ucred peer;
    socklen_t length = sizeof peer;
    int socket = socket_of_requests();
    if (socket < 0) return errno;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0) return errno;
    note("it is process %d", (int)peer.pid);
    return 0;
}

static int make_process(char **a) {
    (void)a;
    long pid = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0) _exit(0);
    if (pid > 0) waitpid((pid_t)pid, NULL, 0);
    RESULT(pid);
}
static int make_process_sharing(char **a) {
    (void)a;
    long pid = syscall(SYS_vfork);
    if (pid == 0) _exit(0);
    if (pid > 0) waitpid((pid_t)pid, NULL, 0);
    RESULT(pid);
}

static int code_in_memory(char **a) {
    (void)a;
    RESULT(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0);
}
static int code_made_later(char **a) {
    (void)a;
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return errno;
    RESULT(mprotect(page, 4096, PROT_READ | PROT_EXEC));
}
static int code_in_data(char **a) {
    (void)a;
    static char page[8192];
    RESULT(mprotect((void *)(((unsigned long)page + 4095) & ~4095ul), 4096, PROT_READ | PROT_WRITE | PROT_EXEC));
}
static int code_over_program(char **a) {
    int file = open(a[0], O_RDONLY);
    if (file < 0) return errno;
    RESULT(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, file, 0) == MAP_FAILED ? -1 : 0);
}

static struct sock_filter let_all[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
static int own_filter(char **a) {
    (void)a;
    struct sock_fprog program = {1, let_all};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    RESULT(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program));
}

// PATH FLAGS: by the call that only a worker has.
static int open_by_pointer(char **a) {
    struct open_how how = {(unsigned long)number(a[1]), 0, (unsigned long)number(a[2])};
    if (how.flags & O_CREAT) how.mode = 0600;
    int file = (int)syscall(SYS_openat2, AT_FDCWD, a[0], &how, sizeof how);
    if (file < 0) return errno;
    if ((how.flags & O_ACCMODE) != O_RDONLY) return write_text(file, "attempt\n");
    return read_and_note(file);
}

const struct attempt worker_attempts[] = {
    {"send-descriptor", send_descriptor}, {"send-credentials", send_credentials}, {"ask-peer", ask_peer},
    {"make-process", make_process}, {"make-process-sharing", make_process_sharing},
    {"code-in-memory", code_in_memory}, {"code-made-later", code_made_later}, {"code-in-data", code_in_data},
    {"code-over-program", code_over_program}, {"own-filter", own_filter}, {"open-by-pointer", open_by_pointer},
    {0, 0},
};

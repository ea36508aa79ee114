// What a worker does all day, and what somebody who has taken it over would try.
#define _GNU_SOURCE 1
#include "attacks.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

static long open_beneath(int folder, const char *path, uint64_t flags) {
    struct open_how how = {flags | O_CLOEXEC, 0, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    return syscall(SYS_openat2, folder, path, &how, sizeof how);
}

static void *nothing(void *argument) { return argument; }

#define MUST(expression)                            \
    if ((long)(expression) < 0) {                   \
        fprintf(stderr, "%s: %m\n", #expression);   \
        return errno;                               \
    }

// FOLDER FILE: all that a file tool needs, in the folder.
static int file_work(char **a) {
    int folder = open(a[0], O_RDONLY | O_DIRECTORY);
    MUST(folder);
    int file = (int)open_beneath(folder, a[1], O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    MUST(file);
    struct stat status;
    MUST(fstat(file, &status));
    int fresh = openat(folder, ".fresh", O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    MUST(fresh);
    MUST(copy_file_range(file, NULL, fresh, NULL, 1 << 20, 0));
    MUST(fchmod(fresh, status.st_mode & 0777));
    MUST(fchown(fresh, (uid_t)-1, status.st_gid));
    // tmpfs has no attributes of users before Linux 6.6.
    if (fsetxattr(fresh, "user.made", "x", 1, 0) < 0 && errno != ENOTSUP) return errno;
    char value[8];
    if (fgetxattr(fresh, "user.made", value, sizeof value) < 0 && errno != ENOTSUP && errno != ENODATA) return errno;
    MUST(fsync(fresh));
    MUST(syscall(SYS_renameat2, folder, ".fresh", folder, a[1], 0));
    pthread_t thread;
    if ((errno = pthread_create(&thread, NULL, nothing, NULL)) != 0) return errno;
    pthread_join(thread, NULL);
    return 0;
}

static int run_program(char **a) {
    execve(a[0], a, (char *[]){NULL});
    return errno;
}
static int make_process(char **a) {
    (void)a;
    long pid = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0) _exit(0);
    RESULT(pid);
}
static int internet_socket(char **a) { (void)a; RESULT(socket(AF_INET, SOCK_STREAM, 0)); }
static int socket_pair(char **a) { (void)a; int ends[2]; RESULT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends)); }

// One of ours to whoever is at the other end of descriptor 3.
static int send_descriptor(char **a) {
    (void)a;
    char byte = 0, room[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    *header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    RESULT(sendmsg(3, &message, 0));
}

// Code that was not in a file.
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
static int written_code(char **a) {
    int file = open(a[0], O_RDONLY);
    if (file < 0) return errno;
    RESULT(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, file, 0) == MAP_FAILED ? -1 : 0);
}
static int own_memory_by_name(char **a) { (void)a; RESULT(open("/proc/self/mem", O_RDWR)); }

// A filter of its own whose questions it answers itself: "go on" would pass by the filter before it.
static int own_listener(char **a) {
    (void)a;
    struct sock_filter ask[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {1, ask};
    RESULT(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program));
}
static int own_filter(char **a) {
    (void)a;
    struct sock_filter ask[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog program = {1, ask};
    RESULT(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program));
}
static int memory_file(char **a) { (void)a; RESULT(syscall(SYS_memfd_create, "x", 8)); }
static int kill_all(char **a) { (void)a; RESULT(kill(-1, SIGKILL)); }

const struct attack worker_attacks[] = {
    {"file-work", file_work}, {"run-program", run_program}, {"make-process", make_process},
    {"internet-socket", internet_socket}, {"socket-pair", socket_pair}, {"send-descriptor", send_descriptor},
    {"code-in-memory", code_in_memory}, {"code-made-later", code_made_later}, {"written-code", written_code},
    {"own-memory-by-name", own_memory_by_name}, {"own-listener", own_listener}, {"own-filter", own_filter},
    {"memory-file", memory_file}, {"kill-all", kill_all}, {0, 0},
};

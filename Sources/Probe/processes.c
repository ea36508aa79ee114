// At other processes: one of the host that is there to be attacked, the first of the jail, and what they share by numbers.
#define _GNU_SOURCE 1
#include "probe.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int send_signal(char **a) { RESULT(kill((pid_t)number(a[0]), (int)number(a[1]))); }
static int signal_thread(char **a) { RESULT(syscall(SYS_tkill, number(a[0]), number(a[1]))); }
static int signal_queued(char **a) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    info.si_code = SI_QUEUE;
    RESULT(syscall(SYS_rt_sigqueueinfo, number(a[0]), number(a[1]), &info));
}
static int signal_by_descriptor(char **a) {
    int fd = (int)syscall(SYS_pidfd_open, number(a[0]), 0);
    if (fd < 0) return errno;
    RESULT(syscall(SYS_pidfd_send_signal, fd, number(a[1]), NULL, 0));
}
// Everybody that can be reached, but ourselves.
static int signal_all(char **a) {
    signal((int)number(a[0]), SIG_IGN);
    RESULT(kill(-1, (int)number(a[0])));
}
// Told that it was sent, and yet it lives, or nobody could say this.
static int kill_first(char **a) {
    (void)a;
    if (kill(1, SIGKILL) < 0) return errno;
    usleep(50000);
    return EPERM;
}

static int trace(char **a) {
    pid_t pid = (pid_t)number(a[0]);
    if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) < 0) return errno;
    ptrace(PTRACE_DETACH, pid, NULL, NULL);
    return 0;
}
static int trace_child(char **a) {
    (void)a;
    pid_t pid = fork();
    if (pid == 0)
        for (;;) pause();
    long result = ptrace(PTRACE_ATTACH, pid, NULL, NULL);
    int code = errno;
    end_child(pid);
    return result < 0 ? code : 0;
}
static int read_memory(char **a) {
    char room[64] = "";
    struct iovec ours = {room, sizeof room}, theirs = {(void *)number(a[1]), sizeof room};
    ssize_t count = process_vm_readv((pid_t)number(a[0]), &ours, 1, &theirs, 1, 0);
    if (count < 0) return errno;
    note_bytes(room, (size_t)count);
    return 0;
}
static int write_memory(char **a) {
    char room[] = "attempt";
    struct iovec ours = {room, sizeof room}, theirs = {(void *)number(a[1]), sizeof room};
    RESULT(process_vm_writev((pid_t)number(a[0]), &ours, 1, &theirs, 1, 0));
}
static int memory_file(char **a) {
    char path[40], room[64];
    snprintf(path, sizeof path, "/proc/%ld/mem", number(a[0]));
    int fd = open(path, O_RDONLY);
    if (fd < 0) return errno;
    ssize_t count = pread(fd, room, sizeof room, (off_t)number(a[1]));
    if (count < 0) return errno;
    note_bytes(room, (size_t)count);
    return 0;
}
static int take_descriptor(char **a) {
    int process = (int)syscall(SYS_pidfd_open, number(a[0]), 0);
    if (process < 0) return errno;
    int fd = (int)syscall(SYS_pidfd_getfd, process, number(a[1]), 0);
    if (fd < 0) return errno;
    lseek(fd, 0, SEEK_SET);
    return read_and_note(fd);
}
static int compare(char **a) { RESULT(syscall(SYS_kcmp, getpid(), number(a[0]), 1, 0, 0)); }
static int limit(char **a) {
    struct rlimit old;
    RESULT(prlimit((pid_t)number(a[0]), RLIMIT_NOFILE, NULL, &old));
}
static int priority(char **a) {
    errno = 0;
    int now = getpriority(PRIO_PROCESS, (id_t)number(a[0]));
    if (errno) return errno;
    RESULT(setpriority(PRIO_PROCESS, (id_t)number(a[0]), now));
}
static int processors(char **a) {
    cpu_set_t set;
    RESULT(sched_getaffinity((pid_t)number(a[0]), sizeof set, &set));
}
static int session(char **a) {
    pid_t found = getsid((pid_t)number(a[0]));
    if (found < 0) return errno;
    note("session %d", (int)found);
    return 0;
}
static int enter(char **a) {
    int fd = (int)syscall(SYS_pidfd_open, number(a[0]), 0);
    if (fd < 0) return errno;
    RESULT(setns(fd, CLONE_NEWUSER | CLONE_NEWNS));
}
static int move_pages_of(char **a) {
    void *page = (void *)number(a[1]);
    int status = 0;
    RESULT(syscall(SYS_move_pages, number(a[0]), 1, &page, NULL, &status, 0));
}
static int robust_list(char **a) {
    void *head = NULL;
    size_t length = 0;
    RESULT(syscall(SYS_get_robust_list, number(a[0]), &head, &length));
}
static int memory_advice(char **a) {
    int fd = (int)syscall(SYS_pidfd_open, number(a[0]), 0);
    if (fd < 0) return errno;
    struct iovec range = {(void *)(number(a[1]) & ~4095l), 4096};
    RESULT(syscall(SYS_process_madvise, fd, &range, 1, 20, 0));
}

// MARK: By numbers that everybody on a machine shares

static int shared_memory(char **a) {
    int id = shmget((key_t)number(a[0]), 0, 0);
    if (id < 0) return errno;
    char *memory = shmat(id, NULL, SHM_RDONLY);
    if (memory == (void *)-1) return errno;
    note_bytes(memory, 64);
    return 0;
}
static int message_queue(char **a) {
    int id = msgget((key_t)number(a[0]), 0);
    if (id < 0) return errno;
    struct {
        long kind;
        char text[8];
    } message = {1, "attempt"};
    RESULT(msgsnd(id, &message, sizeof message.text, IPC_NOWAIT));
}
static int named_queue(char **a) {
    int fd = (int)syscall(SYS_mq_open, a[0], O_RDONLY | O_NONBLOCK, 0, NULL);
    return fd < 0 ? errno : 0;
}

// Numbers of processes that are none of ours, as far as they can be guessed.
static int guess(char **a) {
    (void)a;
    for (pid_t pid = 2; pid < 32768; pid++)
        if (pid != getpid() && kill(pid, 0) == 0) {
            note("process %d can be signaled", (int)pid);
            return 0;
        }
    return ESRCH;
}

const struct attempt process_attempts[] = {
    {"signal", send_signal}, {"signal-thread", signal_thread}, {"signal-queued", signal_queued},
    {"signal-by-descriptor", signal_by_descriptor}, {"signal-all", signal_all}, {"kill-first", kill_first},
    {"trace", trace}, {"trace-child", trace_child}, {"read-memory", read_memory}, {"write-memory", write_memory},
    {"memory-file", memory_file}, {"take-descriptor", take_descriptor}, {"compare", compare}, {"limit", limit},
    {"priority", priority}, {"processors", processors}, {"session", session}, {"enter", enter},
    {"move-pages", move_pages_of}, {"robust-list", robust_list}, {"memory-advice", memory_advice},
    {"shared-memory", shared_memory}, {"message-queue", message_queue}, {"named-queue", named_queue},
    {"guess", guess}, {0, 0},
};

// At what a run may use of the machine. Each stops by itself a little beyond the limit that it is told, or at what a
// machine can bear.
#define _GNU_SOURCE 1
#include "probe.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const long megabyte = 1 << 20;

// Children that wait for the end of a pipe. They write nothing, so they weigh next to nothing.
static int wait_for_end(void *end) {
    char byte;
    return (int)read(*(int *)end, &byte, 1);
}
static int processes(char **a) {
    const long wanted = number(a[0]);
    int gate[2];
    if (pipe(gate) < 0) return errno;
    long count = 0;
    int code = 0;
    for (; count < wanted; count++) {
        long pid = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
        if (pid < 0) {
            code = errno;
            break;
        }
        if (pid == 0) {
            close(gate[1]);
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            _exit(wait_for_end(&gate[0]));
        }
    }
    note("%ld processes", count);
    close(gate[1]);
    while (wait(NULL) > 0) continue;
    return count < wanted ? code : 0;
}
static void *sleep_in_thread(void *gate) {
    wait_for_end(gate);
    return NULL;
}
static int threads(char **a) {
    const long wanted = number(a[0]);
    int gate[2];
    if (pipe(gate) < 0) return errno;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 16384);
    long count = 0;
    int code = 0;
    for (; count < wanted; count++) {
        pthread_t thread;
        if ((code = pthread_create(&thread, &attributes, sleep_in_thread, &gate[0]))) break;
    }
    note("%ld threads", count);
    close(gate[1]);
    return code;
}

// Reserved, not touched: what counts is what the kernel promises.
static int reserve(char **a, int sharing) {
    const long wanted = number(a[0]) / megabyte;
    for (long count = 0; count < wanted; count += 16)
        if (mmap(NULL, (size_t)(16 * megabyte), PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
            == MAP_FAILED) {
            note("%ld MiB", count);
            return errno;
        }
    note("%ld MiB", wanted);
    return 0;
}
static int memory(char **a) { return reserve(a, MAP_PRIVATE); }
static int shared_memory(char **a) { return reserve(a, MAP_SHARED); }
static int heap(char **a) {
    const long wanted = number(a[0]) / megabyte;
    for (long count = 0; count < wanted; count += 16)
        if (sbrk(16 * megabyte) == (void *)-1) {
            note("%ld MiB", count);
            return errno;
        }
    return 0;
}
static int locked(char **a) {
    size_t size = (size_t)number(a[0]);
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return errno;
    RESULT(mlock(memory, size));
}

// a: the file, how far
static int file_size(char **a) {
    signal(SIGXFSZ, SIG_IGN);
    int fd = open(a[0], O_CREAT | O_WRONLY, 0644);
    if (fd < 0) return errno;
    int code = pwrite(fd, "x", 1, (off_t)number(a[1])) == 1 ? 0 : errno;
    unlink(a[0]);
    return code;
}
static int file_cut(char **a) {
    signal(SIGXFSZ, SIG_IGN);
    int fd = open(a[0], O_CREAT | O_WRONLY, 0644);
    if (fd < 0) return errno;
    int code = ftruncate(fd, (off_t)number(a[1]) + 1) == 0 ? 0 : errno;
    unlink(a[0]);
    return code;
}
static int files(char **a) {
    const long wanted = number(a[0]);
    for (long count = 3; count < wanted; count++)
        if (dup(0) < 0) {
            note("%ld descriptors", count);
            return errno;
        }
    return 0;
}

// a: the folder, how many bytes; taken in pieces that no limit on files' sizes stops
static int disk(char **a) {
    char path[700];
    const long piece = 32 * megabyte, wanted = number(a[1]);
    int code = 0;
    long taken = 0;
    for (int i = 0; taken < wanted && !code; i++, taken += piece) {
        snprintf(path, sizeof path, "%s/fill-%d", a[0], i);
        int fd = open(path, O_CREAT | O_WRONLY, 0644);
        if (fd < 0 || posix_fallocate(fd, 0, piece)) code = fd < 0 ? errno : ENOSPC;
        close(fd);
    }
    note("%ld MiB", taken / megabyte);
    return code;
}
static int names(char **a) {
    char path[700];
    const long wanted = number(a[1]);
    for (long count = 0; count < wanted; count++) {
        snprintf(path, sizeof path, "%s/n%ld", a[0], count);
        int fd = open(path, O_CREAT | O_WRONLY, 0644);
        if (fd < 0) {
            note("%ld files", count);
            return errno;
        }
        close(fd);
    }
    return 0;
}

// More than anybody wants to read. a: how many bytes
static int flood(char **a) {
    static char block[65536];
    memset(block, 'x', sizeof block);
    for (long left = number(a[0]); left > 0; left -= (long)sizeof block)
        if (write(1, block, sizeof block) < 0) return errno;
    return 0;
}
static int spin(char **a) {
    (void)a;
    signal(SIGXCPU, SIG_IGN);
    for (volatile unsigned long i = 0;; i++) continue;
    return 0;
}

static int raise_limit(char **a) {
    struct rlimit limit;
    const int resource = (int)number(a[0]);
    if (getrlimit((__rlimit_resource_t)resource, &limit) < 0) return errno;
    if (limit.rlim_max == RLIM_INFINITY) {
        note("there is none");
        return 0;
    }
    note("it stays at %llu", (unsigned long long)limit.rlim_max);
    limit.rlim_cur = limit.rlim_max = RLIM_INFINITY;
    RESULT(setrlimit((__rlimit_resource_t)resource, &limit));
}
static int dump(char **a) {
    (void)a;
    struct rlimit limit;
    if (getrlimit(RLIMIT_CORE, &limit) < 0) return errno;
    note("a core of %llu bytes may be written", (unsigned long long)limit.rlim_cur);
    return limit.rlim_cur > 0 ? 0 : EPERM;
}
static int real_time(char **a) {
    (void)a;
    struct sched_param parameter = {.sched_priority = 1};
    RESULT(sched_setscheduler(0, SCHED_FIFO, &parameter));
}
static int nicer(char **a) { (void)a; RESULT(setpriority(PRIO_PROCESS, 0, -10)); }

const struct attempt limit_attempts[] = {
    {"processes", processes}, {"threads", threads}, {"memory", memory}, {"memory-shared", shared_memory},
    {"memory-heap", heap}, {"memory-locked", locked}, {"file-size", file_size}, {"file-cut", file_cut},
    {"files", files}, {"disk", disk}, {"names", names}, {"flood", flood}, {"spin", spin},
    {"raise-limit", raise_limit}, {"dump", dump}, {"real-time", real_time}, {"nicer", nicer}, {0, 0},
};

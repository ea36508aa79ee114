// One run. Between clone and execve: bare system calls, on memory that the zygote prepared. glibc's own wrappers would
// do for most, but some take locks or look at a thread that does not exist here, so none is used that sets more than errno.
#define _GNU_SOURCE 1
#include "include/CJail.h"
#include "executions.h"
#include "landlock.h"
#include "order.h"
#include "questions.h"
#include "together.h"
#include "waiting.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

// The kernel's own set of signals, and its own form of a handler.
typedef uint64_t signal_set;
struct kernel_action {
    void *handler;
    unsigned long flags;
    void *restorer;
    signal_set mask;
};
#define SET_OF(number) (1ull << ((number) - 1))
#define SIGNALS_MAX 64
// What the host may send to a run is handed to the command's group. KILL goes to the first process itself.
static const signal_set forwarded = SET_OF(SIGHUP) | SET_OF(SIGINT) | SET_OF(SIGQUIT) | SET_OF(SIGTERM) | SET_OF(SIGUSR1)
                                    | SET_OF(SIGUSR2);
static const signal_set awaited = SET_OF(SIGHUP) | SET_OF(SIGINT) | SET_OF(SIGQUIT) | SET_OF(SIGTERM) | SET_OF(SIGUSR1)
                                  | SET_OF(SIGUSR2) | SET_OF(SIGCHLD) | SET_OF(CJAIL_END_SIGNAL);

// What the command's process and the run's first share until the execve. In that time the first one waits.
struct birth {
    const struct cjail_setup *setup;
    int orders;
    int ruleset;
    int step;
    int error;
    struct order order;
};

// Too large for a stack; each first process has its own copy.
static struct birth birth;
static char command_stack[32768] __attribute__((aligned(16)));

#define STEP(name, expression)                     \
    do {                                           \
        if ((long)(expression) < 0) {              \
            birth->step = CJAIL_STEP_##name;       \
            birth->error = errno;                  \
            syscall(SYS_exit_group, 1);            \
        }                                          \
    } while (0)

static void forget_handlers(void) {
    struct kernel_action standard = {SIG_DFL, 0, NULL, 0};
    for (int number = 1; number <= SIGNALS_MAX; number++)
        if (number != SIGKILL && number != SIGSTOP)
            syscall(SYS_rt_sigaction, number, &standard, NULL, sizeof(signal_set));
}

static void take_place(const struct order *order, struct birth *birth) {
    const int count = (int)order->head.descriptor_count;
    int sources[CJAIL_DESCRIPTORS_MAX];
    for (int i = 0; i < count; i++) {
        // Out of the way of all targets, or one would be overwritten before its turn.
        sources[i] = (int)syscall(SYS_fcntl, order->descriptors[i], F_DUPFD_CLOEXEC, CJAIL_DESCRIPTORS_MAX);
        STEP(STREAMS, sources[i]);
    }
    for (int i = 0; i < count; i++) STEP(STREAMS, syscall(SYS_dup3, sources[i], i, 0));
    STEP(DIRECTORY, syscall(SYS_chdir, order->folder));
    for (uint32_t i = 0; i < order->head.limit_count; i++) {
        struct rlimit limit = {order->head.limits[i].value, order->head.limits[i].value};
        STEP(LIMITS, syscall(SYS_prlimit64, 0, order->head.limits[i].resource, &limit, NULL));
    }
    STEP(DESCRIPTORS, syscall(SYS_close_range, (unsigned)count, ~0u, 0u));
}

static void install_filter(const struct cjail_setup *setup, struct birth *birth) {
    if (setup->filter_count == 0) return;
    struct sock_fprog program = {setup->filter_count, (struct sock_filter *)setup->filter};
    STEP(FILTER, syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
}

// The command, up to the moment when it is another program. All that does not depend on the order is done before it comes.
static int command(void *argument) {
    struct birth *birth = argument;
    const struct cjail_setup *setup = birth->setup;
    struct order *order = &birth->order;
    STEP(SESSION, syscall(SYS_setsid));
    if (birth->ruleset >= 0) STEP(LANDLOCK, syscall(SYS_landlock_restrict_self, birth->ruleset, 0));
    syscall(SYS_umask, 022);
    forget_handlers();
    signal_set none = 0;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof none);
    if (setup->filter_first) install_filter(setup, birth);
    STEP(ORDER, cjail_await_order(birth->orders, order));
    take_place(order, birth);
    if (!setup->filter_first) install_filter(setup, birth);
    if (order->head.rehearsal) syscall(SYS_exit_group, 0);
    STEP(EXECUTE, syscall(SYS_execve, order->program, order->argv, order->envp));
    return 1;
}

#undef STEP

static void report(int pipe, int kind, int step, int value) {
    struct cjail_report message = {kind, step, value, 0, 0, 0, 0, 0};
    struct rusage usage;
    const void *refusals;
    const struct cjail_refused_call *calls;
    message.refusal_bytes = (uint32_t)cjail_refusals(&refusals);
    message.call_count = (uint32_t)cjail_refused_calls(&calls);
    // Of all that were waited for: the command, what it waited for, and the orphans that came to us.
    if (syscall(SYS_getrusage, RUSAGE_CHILDREN, &usage) == 0) {
        message.cpu_microseconds = (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000u
                                   + (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
        message.memory_kilobytes = (uint64_t)usage.ru_maxrss;
    }
    struct iovec parts[] = {
        {&message, sizeof message}, {(void *)calls, message.call_count * sizeof *calls},
        {(void *)refusals, message.refusal_bytes},
    };
    syscall(SYS_writev, pipe, parts, 3ul);
}

static void refuse(int pipe, int step, int error) {
    report(pipe, CJAIL_REFUSED, step, error);
    for (;;) syscall(SYS_exit_group, 1);
}

// A place to mount on: the folders on the way to it, and itself a folder or a file.
static long make_place(const struct cjail_kept *kept) {
    char path[CJAIL_PATH_MAX];
    for (size_t i = 0;; i++) {
        path[i] = kept->path[i];
        if (i > 0 && (kept->path[i] == '/' || kept->path[i] == 0)) {
            int last = kept->path[i] == 0;
            path[i] = 0;
            long made = last && !kept->is_folder ? syscall(SYS_mknodat, AT_FDCWD, path, S_IFREG | 0444, 0)
                                                 : syscall(SYS_mkdirat, AT_FDCWD, path, 0755);
            if (made < 0 && errno != EEXIST) return -1;
            if (last) return 0;
            path[i] = '/';
        }
    }
}

static long prepare_view(const struct cjail_setup *setup, int *step) {
    *step = CJAIL_STEP_PROCESSES;
    const unsigned long strict = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    if (syscall(SYS_mount, "proc", "/proc", "proc", strict, "subset=pid,hidepid=2") < 0) return -1;
    *step = CJAIL_STEP_FOLDERS;
    // What the view has beneath a fresh folder would be hidden by it: taken up before, and put down again after.
    int trees[CJAIL_KEPT_MAX];
    for (size_t i = 0; i < setup->kept_count; i++) {
        trees[i] = (int)syscall(
            SYS_open_tree, AT_FDCWD, setup->kept[i].path, AT_RECURSIVE | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
        if (trees[i] < 0) return -1;
    }
    for (size_t i = 0; i < setup->folder_count; i++) {
        const struct cjail_folder *folder = &setup->folders[i];
        // One may lie in another; the view has a place for all others.
        syscall(SYS_mkdirat, AT_FDCWD, folder->path, 0755);
        const unsigned long flags = folder->executable ? strict & ~(unsigned long)MS_NOEXEC : strict;
        if (syscall(SYS_mount, "tmpfs", folder->path, "tmpfs", flags, folder->options) < 0) return -1;
    }
    for (size_t i = 0; i < setup->kept_count; i++) {
        if (make_place(&setup->kept[i]) < 0) return -1;
        if (syscall(SYS_move_mount, trees[i], "", AT_FDCWD, setup->kept[i].path, MOVE_MOUNT_F_EMPTY_PATH) < 0) return -1;
    }
    return 0;
}

static long drop_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2] = {{0}, {0}};
    return syscall(SYS_capset, &header, none);
}

// Once the command has ended nobody may go on. The kernel would see to that when we end; but whoever waits for the report
// should not have to wait for the mounts to be taken down as well.
//
// "Everybody" is everybody in the pid namespace, or, among others, everybody whom our signals reach: `cjail_stay_together`.
static void end_all(void) {
    syscall(SYS_kill, -1, SIGKILL);
    while (syscall(SYS_wait4, -1, NULL, __WALL, NULL) > 0 || errno == EINTR) continue;
}

static void hand_on(long number, pid_t first) {
    // In a pid namespace the zygote kills us instead, and whoever sends this is inside.
    if (number == CJAIL_END_SIGNAL && !birth.setup->apart) {
        end_all();
        for (;;) syscall(SYS_exit_group, 1);
    }
    if (number > 0 && (forwarded & SET_OF(number))) syscall(SYS_kill, -first, (int)number);
}

// Waits for everybody, hands signals on, answers who asks, and ends when the command does. `born` says what its birth failed at,
// where that was not known before.
static void watch(int pipe, pid_t first, int asking, const struct birth *born) {
    const struct cjail_setup *setup = born->setup;
    int signals = (int)syscall(SYS_signalfd4, -1, &awaited, sizeof awaited, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0) refuse(pipe, CJAIL_STEP_ASKING, errno);
    cjail_begin_waiting(first, asking >= 0, setup);
    struct pollfd sources[] = {{signals, POLLIN, 0}, {asking, POLLIN, 0}};
    for (;;) {
        int status;
        cjail_wait_for_all();
        if (cjail_has_ended(&status)) {
            end_all();
            if (born->step != 0) refuse(pipe, born->step, born->error);
            if (WIFEXITED(status)) report(pipe, CJAIL_EXITED, 0, WEXITSTATUS(status));
            else report(pipe, CJAIL_SIGNALED, 0, WTERMSIG(status));
            // Who reads it was mostly woken on this processor, and somebody waits for what it says; nobody waits for our
            // mounts to be taken down, which takes as long as the rest of the way.
            syscall(SYS_sched_yield);
            return;
        }
        if (syscall(SYS_ppoll, sources, 2ul, NULL, NULL, 0ul) < 0) continue;
        if (sources[0].revents != 0) {
            struct signalfd_siginfo signal;
            while (syscall(SYS_read, signals, &signal, sizeof signal) == sizeof signal) hand_on(signal.ssi_signo, first);
        }
        if (sources[1].revents == 0) continue;
        if (!setup->executes_once) {
            cjail_answer(asking, setup);
        } else {
            cjail_allow_one_execution(asking);
            sources[1].fd = -1;
        }
    }
}

// Closes all descriptors but these. Negative ones are none.
static void keep_only(int one, int two, int three) {
    unsigned next = 0;
    for (;;) {
        const int kept[] = {one, two, three};
        unsigned lowest = ~0u;
        for (int i = 0; i < 3; i++)
            if (kept[i] >= (int)next && (unsigned)kept[i] < lowest) lowest = (unsigned)kept[i];
        if (lowest == ~0u) break;
        if (lowest > next) syscall(SYS_close_range, next, lowest - 1, 0u);
        next = lowest + 1;
    }
    syscall(SYS_close_range, next, ~0u, 0u);
}

// The command where its own execve waits for our leave: an ordinary child with memory of its own, because we have to be awake
// then. Only what its birth failed at is shared.
static void begin_asking(int pipe, int asking) {
    struct birth *shared =
        (struct birth *)syscall(SYS_mmap, NULL, sizeof birth, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0L);
    if (shared == MAP_FAILED) refuse(pipe, CJAIL_STEP_ASKING, errno);
    *shared = birth;
    long pid = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid < 0) refuse(pipe, CJAIL_STEP_COMMAND, errno);
    if (pid == 0) {
        // It has nothing of the zygote's any more that others must not see, and we must be able to look at it.
        syscall(SYS_prctl, PR_SET_DUMPABLE, 1ul, 0ul, 0ul, 0ul);
        command(shared);
        for (;;) syscall(SYS_exit_group, 1);
    }
    keep_only(pipe, asking, -1);
    watch(pipe, (pid_t)pid, asking, shared);
}

// The run's first process.
static void first_process(const struct cjail_setup *setup, int pipe, int orders, pid_t zygote) {
    signal_set all = ~0ull;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof all);
    int step = CJAIL_STEP_TOGETHER;
    if ((setup->apart ? prepare_view(setup, &step) : cjail_stay_together(zygote)) < 0) refuse(pipe, step, errno);
    if (drop_capabilities() < 0) refuse(pipe, CJAIL_STEP_CAPABILITIES, errno);
    birth.setup = setup;
    birth.orders = orders;
    birth.ruleset = -1;
    if (setup->landlock_version > 0) {
        birth.ruleset = cjail_build_ruleset(setup);
        if (birth.ruleset < 0) refuse(pipe, CJAIL_STEP_LANDLOCK_RULES, errno);
    }
    // The zygote's own are not ours to hold open, least of all its end of the socket to the host.
    keep_only(pipe, orders, birth.ruleset);
    // Nothing that is asked about comes between here and the execve, ours apart: nobody is awake to answer.
    const int asking = cjail_begin_questions(setup);
    if (asking == -1) refuse(pipe, CJAIL_STEP_ASKING, errno);
    if (setup->judgement_bytes > 0 || setup->executes_once) return begin_asking(pipe, asking);
    // The memory is shared and we stand still until the execve, so nothing is copied for a process that lives so briefly.
    int pid = clone(command, command_stack + sizeof command_stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &birth);
    if (pid < 0) refuse(pipe, CJAIL_STEP_COMMAND, errno);
    if (birth.step != 0) refuse(pipe, birth.step, birth.error);
    keep_only(pipe, asking, -1);
    watch(pipe, pid, asking, &birth);
}

long cjail_prepare(const struct cjail_setup *setup, int pipe, int orders) {
    int pidfd = -1;
    const pid_t zygote = getpid();
    const unsigned long flags = CLONE_PIDFD | SIGCHLD | (setup->apart ? CLONE_NEWPID | CLONE_NEWNS : 0);
    // The arguments' order is x86-64's and arm64's alike up to the third, which is all that is used.
    long pid = syscall(SYS_clone, flags, NULL, &pidfd, NULL, NULL);
    if (pid < 0) return -(long)errno;
    if (pid > 0) return pidfd;
    first_process(setup, pipe, orders, zygote);
    for (;;) syscall(SYS_exit_group, 0);
}

long cjail_reap(int pidfd) {
    siginfo_t info;
    while (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED) < 0)
        if (errno != EINTR) return -(long)errno;
    return 0;
}

long cjail_send_signal(int pidfd, int signal_number) {
    return syscall(SYS_pidfd_send_signal, pidfd, signal_number, NULL, 0) < 0 ? -(long)errno : 0;
}

int32_t cjail_resource_number(enum cjail_resource resource) {
    static const int32_t numbers[] = {
        [CJAIL_LIMIT_CPU] = RLIMIT_CPU, [CJAIL_LIMIT_DATA] = RLIMIT_DATA, [CJAIL_LIMIT_ADDRESS_SPACE] = RLIMIT_AS,
        [CJAIL_LIMIT_PROCESSES] = RLIMIT_NPROC, [CJAIL_LIMIT_FILES] = RLIMIT_NOFILE,
        [CJAIL_LIMIT_FILE_SIZE] = RLIMIT_FSIZE, [CJAIL_LIMIT_CORE] = RLIMIT_CORE,
        [CJAIL_LIMIT_LOCKED_MEMORY] = RLIMIT_MEMLOCK, [CJAIL_LIMIT_MESSAGES] = RLIMIT_MSGQUEUE,
        [CJAIL_LIMIT_REALTIME] = RLIMIT_RTPRIO, [CJAIL_LIMIT_NICE] = RLIMIT_NICE,
        [CJAIL_LIMIT_PENDING_SIGNALS] = RLIMIT_SIGPENDING,
    };
    return numbers[resource];
}

// What turns a process into a jail, one kernel step a function. C, because between the birth of a process and its
// execve nothing else may run: no Swift run time, no allocation, no lock. Every function returns a negative errno, or
// what it made. Only the zygote calls them, and only from its one thread.
#ifndef CJAIL_H
#define CJAIL_H

#include <stddef.h>
#include <stdint.h>

// -- Becoming a zygote (namespaces.c) --------------------------------------------------------------------------

enum cjail_namespace {
    CJAIL_IPC = 1,
    CJAIL_UTS = 2,
    CJAIL_NET = 4,
    CJAIL_CGROUP = 8,
};

// Neither may be traced, nor its memory read through /proc, by anybody of its own user.
long cjail_close_to_tracers(void);
// Gives up root for good. For root only.
long cjail_become(uint32_t uid, uint32_t gid);
// User, mount and pid namespaces, and those of `more`.
long cjail_enter_namespaces(uint32_t more);
long cjail_write_maps(uint32_t inside_uid, uint32_t inside_gid, uint32_t outside_uid, uint32_t outside_gid);
// No user namespace below ours, ever.
long cjail_close_user_namespaces(void);
// A user namespace, as a descriptor, in which `outer` and root have changed places. For root only, before it is given up.
long cjail_exchange_owners(uint32_t outer_uid, uint32_t outer_gid);
long cjail_set_host_name(const char *name);
// Becomes the first process of the new pid namespace. The caller stays behind to end as its child does, and
// never returns from here.
long cjail_become_first_process(void);
// Loopback, in a network namespace of our own.
long cjail_raise_loopback(void);
// A socket that listens on 127.0.0.1.
long cjail_listen(uint16_t port);
uint32_t cjail_user(void);
uint32_t cjail_group(void);

// -- Among others (together.c) ---------------------------------------------------------------------------------
// Where the host gives no namespaces: what holds a run together, and apart from everybody else, without them.

// What can be given up of root's before root itself is, so that nothing of it comes back by an execve. For root only.
long cjail_empty_bounding_set(void);
// No capability, and none to come.
long cjail_renounce_privileges(void);
// From now on our signals reach nobody but those who come of us; and whoever loses his parent becomes our child.
long cjail_keep_together(void);
// Kills all who came of us, and waits for them. Only after cjail_keep_together.
void cjail_end_together(void);
// Threads of our user on the whole host: the limit of processes counts them all.
long cjail_threads_of_user(void);

// -- The view (view.c) -----------------------------------------------------------------------------------------

enum cjail_attribute {
    CJAIL_READ_ONLY = 1,
    CJAIL_NO_EXEC = 2,
    CJAIL_NO_SUID = 4,
    CJAIL_NO_DEVICES = 8,
};

struct cjail_file {
    uint64_t device, inode, size;
    int32_t is_folder, is_regular;
    uint32_t links;
};

// Nothing that happens to mounts here reaches the host, or the other way round.
long cjail_separate_mounts(void);
// A tmpfs that is not attached anywhere yet.
long cjail_new_tmpfs(uint64_t bytes, uint64_t inodes, const char *mode);
// A file or folder of the host, by a path without a symbolic link in it: only to be named by (O_PATH).
long cjail_open_source(const char *path);
// The same beneath `root`, which no path leaves.
long cjail_open_target(int root, const char *path);
// A copy of the mounts at and beneath a file or folder, not attached yet. `attributes` can only make it stricter.
long cjail_copy_mounts(int source, uint32_t attributes);
long cjail_set_attributes(int mount, uint32_t attributes);
// For a copy of a mount of ours; the kernel refuses it for one that was noexec on the host.
long cjail_allow_execution(int mount);
// Owners beneath the mount are those that the user namespace says.
long cjail_map_owners(int mount, int user_namespace);
long cjail_attach(int mount, int target);
long cjail_make_folder(int parent, const char *name, uint32_t mode);
long cjail_make_file(int parent, const char *name, uint32_t mode, const void *bytes, size_t count);
// 1: this user can make nothing in the folder, now or later.
int cjail_can_never_make_in(int parent);
long cjail_make_link(int parent, const char *name, const char *target);
long cjail_describe(int fd, struct cjail_file *out);
long cjail_mount_processes(int root);
// The tmpfs becomes "/", and what was there before is gone from sight and reach.
long cjail_pivot(int root);
// The whole tmpfs and everything on it goes again, before the pivot.
long cjail_detach_view(int root);

// Files that stand for missing ones. `lock` keeps others that use the same one from removing it: 0, or -EAGAIN.
long cjail_open_to_lock(int parent, const char *name);
long cjail_lock(int fd, int exclusively);
// A mark on it that it is one, where the file system keeps attributes; and whether it is there.
long cjail_mark(int fd, const char *attribute);
long cjail_is_marked(int fd, const char *attribute);
long cjail_detach(const char *path);
long cjail_remove(int parent, const char *name, int is_folder);

// -- Locking (lock.c) ------------------------------------------------------------------------------------------

// Empties the bounding and ambient sets, locks the secure bits, sets no_new_privs. What is left of the zygote's own
// capabilities: those that make namespaces and mounts.
long cjail_lock_privileges(void);
// The version of Landlock, or a negative errno.
long cjail_landlock_version(void);
// Which rights that version knows.
uint64_t cjail_landlock_rights(long version);

// -- Runs (run.c) ----------------------------------------------------------------------------------------------

struct cjail_rule {
    int32_t fd;       // or -1, and `path` is opened in the run's own view
    const char *path;
    uint64_t rights;
};

struct cjail_limit {
    int32_t resource; // RLIMIT_…
    uint64_t value;
};

struct cjail_folder {
    const char *path;
    const char *options; // of the tmpfs that is mounted there
    int32_t executable;
};

// A mount of the view beneath one of those folders, which every run puts back into it.
struct cjail_kept {
    const char *path;
    int32_t is_folder;
};

#define CJAIL_PATH_MAX 4096
#define CJAIL_KEPT_MAX 32
// Of a run, standard input, output and error among them.
#define CJAIL_DESCRIPTORS_MAX 8
#define CJAIL_LIMITS_MAX 16

// What a call that is asked about gets for an answer; EPERM where none is said.
struct cjail_call_error {
    uint32_t number;
    int32_t error;
};

// To a run's first process that is among others: it ends all in the run, and itself. In a pid namespace KILL does that.
#define CJAIL_END_SIGNAL 64

// What all runs of a jail have in common.
struct cjail_setup {
    // Each run has a pid and mount namespace of its own. If not, it is among others.
    int32_t apart;
    const struct cjail_folder *folders;
    size_t folder_count;
    const struct cjail_kept *kept;
    size_t kept_count;
    const struct cjail_rule *rules;
    size_t rule_count;
    const uint16_t *ports; // TCP ports that may be connected to
    size_t port_count;
    int32_t landlock_version;
    int32_t guards_tcp;
    const void *filter; // struct sock_filter
    uint16_t filter_count;
    // Whether the filter lets pass what is still to be done when the order comes: then it is there before.
    uint16_t filter_first;
    // Rules on arguments, for cjail_judge; none: nobody asks before an execve.
    const void *judgement;
    size_t judgement_bytes;
    // A program of ours: once it has been executed, nobody in the run executes anything again.
    int32_t executes_once;
    // struct sock_filter: asks about each call that is reported when it is refused; none: nobody is told. The filter above lets
    // these calls pass, because the answer is what refuses them.
    const void *questions;
    uint16_t question_count;
    uint16_t error_count;
    const struct cjail_call_error *errors;
};

// What one run is, followed by its strings, each with its zero: program, folder, arguments, variables. The descriptors come
// along; the i-th becomes descriptor i.
struct cjail_order {
    uint32_t string_bytes;
    uint32_t argument_count, variable_count;
    uint32_t descriptor_count;
    uint32_t limit_count;
    uint32_t rehearsal; // everything but the execve
    struct cjail_limit limits[CJAIL_LIMITS_MAX];
};

enum cjail_report_kind {
    CJAIL_REFUSED = 1,  // value: the errno
    CJAIL_EXITED = 2,   // value: the exit code
    CJAIL_SIGNALED = 3, // value: the signal
};

// What a run says of itself: this, `call_count` of struct cjail_refused_call, and `refusal_bytes` of struct cjail_refusal. No
// more than a pipe takes at once.
struct cjail_report {
    int32_t kind;
    int32_t step; // of the refusal
    int32_t value;
    uint32_t refusal_bytes;
    uint32_t call_count;
    uint32_t reserved;
    uint64_t cpu_microseconds;
    uint64_t memory_kilobytes;
};

// A call that was refused; the arguments and the process's name are those of the first time.
struct cjail_refused_call {
    uint32_t number;
    uint32_t count; // or 2³²-1, when it was more often
    uint64_t arguments[2];
    char program[16]; // as the kernel has it, filled up with zeros
};
#define CJAIL_REFUSED_CALLS_MAX 16

#define CJAIL_REPORT_BYTES_MAX 4096
#define CJAIL_REFUSAL_BYTES_MAX \
    (CJAIL_REPORT_BYTES_MAX - 64 - CJAIL_REFUSED_CALLS_MAX * (int)sizeof(struct cjail_refused_call))

// An execve that rules on arguments forbid, followed by the program's path and its words, each of these with its zero, cut
// to what is reasonable; filled up with zeros to a multiple of four.
struct cjail_refusal {
    uint32_t rule;
    uint32_t program_bytes, word_bytes;
};
#define CJAIL_UNRULED 0xffffffffu // no rule allows it
#define CJAIL_REFUSED_PROGRAM_MAX 192
#define CJAIL_REFUSED_WORDS_MAX 256

enum cjail_run_step {
    CJAIL_STEP_CLONE = 32,
    CJAIL_STEP_PROCESSES = 33,
    CJAIL_STEP_FOLDERS = 34,
    CJAIL_STEP_CAPABILITIES = 35,
    CJAIL_STEP_LANDLOCK_RULES = 36,
    CJAIL_STEP_COMMAND = 37,
    CJAIL_STEP_SESSION = 38,
    CJAIL_STEP_STREAMS = 39,
    CJAIL_STEP_DIRECTORY = 40,
    CJAIL_STEP_LIMITS = 41,
    CJAIL_STEP_LANDLOCK = 42,
    CJAIL_STEP_DESCRIPTORS = 43,
    CJAIL_STEP_FILTER = 44,
    CJAIL_STEP_EXECUTE = 45,
    CJAIL_STEP_ORDER = 46,
    CJAIL_STEP_ASKING = 47,
    CJAIL_STEP_TOGETHER = 48,
};

// A run up to the point where it must be known what to run: its first process as a pidfd. That one reads its order from
// `orders`, and at the end writes one struct cjail_report to `report`.
long cjail_prepare(const struct cjail_setup *setup, int report, int orders);
// Our end of the way for orders, and the run's.
long cjail_order_pair(int ends[2]);
long cjail_give_order(int orders, const struct cjail_order *order, const void *strings, const int32_t *descriptors);
// Waits for that process, which has ended.
long cjail_reap(int pidfd);
long cjail_send_signal(int pidfd, int signal_number);

// -- Rules on arguments (judge.c) ------------------------------------------------------------------------------

// What a rule says of the words behind the program's name.
enum cjail_words {
    CJAIL_ANY_WORDS = 0,
    CJAIL_WORDS = 1,          // these, one by one
    CJAIL_WORDS_AND_MORE = 2, // and any others behind them
    CJAIL_EACH_OF = 3,        // each is one of these
};

// Of cjail_judge, beside a rule's number.
#define CJAIL_ALLOWED (-1)
#define CJAIL_NO_RULE (-2)

// Whether that file may be executed with those words, its own name first, each with its zero. Else the number of the rule
// that forbids it, or CJAIL_NO_RULE.
int64_t cjail_judge(
    const void *rules, size_t bytes, uint64_t device, uint64_t inode, const char *arguments, size_t argument_bytes);

enum cjail_resource {
    CJAIL_LIMIT_CPU, CJAIL_LIMIT_DATA, CJAIL_LIMIT_ADDRESS_SPACE, CJAIL_LIMIT_PROCESSES, CJAIL_LIMIT_FILES,
    CJAIL_LIMIT_FILE_SIZE, CJAIL_LIMIT_CORE, CJAIL_LIMIT_LOCKED_MEMORY, CJAIL_LIMIT_MESSAGES, CJAIL_LIMIT_REALTIME,
    CJAIL_LIMIT_NICE, CJAIL_LIMIT_PENDING_SIGNALS,
};
int32_t cjail_resource_number(enum cjail_resource resource);

#endif

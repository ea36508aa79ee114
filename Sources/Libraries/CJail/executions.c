// Rules on arguments, held to by the kernel. Every execve of a run waits for our answer. What the caller shows us may change
// until the kernel has read it, so an answer that lets it go on is not the last word: the caller is followed (PTRACE_SEIZE) to
// the stop behind its execve, where its new image has a copy of the arguments that nobody else can write yet, and is judged
// there by the file that it really is. Who passes is let go before its first instruction; who does not is killed.
//
// The run's first process does this and not the zygote: whoever finds a way to hold it up holds up its own run alone.
#define _GNU_SOURCE 1
#include "executions.h"
#include "judge.h"
#include "waiting.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096u
// What execve takes at most, whatever the limits are: three quarters of 8 MiB.
#define ARGUMENTS_MAX (6u << 20)
// Beyond this the first look is left out: the second sees everything at once.
#define FIRST_LOOK_MAX (256u << 10)

static const struct cjail_setup *rules;
// The words under judgement. Pages that were never used cost nothing.
static char arguments[ARGUMENTS_MAX + PAGE];

// One who was refused, and what it was.
static union {
    char bytes[CJAIL_REFUSAL_BYTES_MAX];
    uint32_t alignment;
} refusals;
static size_t refusal_bytes;

// -- What is written down ----------------------------------------------------------------------------------------

size_t cjail_refusals(const void **bytes) {
    *bytes = refusals.bytes;
    return refusal_bytes;
}

static void note(int64_t rule, const char *program, size_t words) {
    struct cjail_refusal entry = {0};
    entry.rule = rule >= 0 ? (uint32_t)rule : CJAIL_UNRULED;
    entry.program_bytes = (uint32_t)strnlen(program, CJAIL_REFUSED_PROGRAM_MAX);
    entry.word_bytes = (uint32_t)(words < CJAIL_REFUSED_WORDS_MAX ? words : CJAIL_REFUSED_WORDS_MAX);
    const size_t size = sizeof entry + ((entry.program_bytes + entry.word_bytes + 3) & ~3u);
    if (size > sizeof refusals.bytes - refusal_bytes) return;
    char *place = refusals.bytes + refusal_bytes;
    memset(place, 0, size);
    memcpy(place, &entry, sizeof entry);
    memcpy(place + sizeof entry, program, entry.program_bytes);
    memcpy(place + sizeof entry + entry.program_bytes, arguments, entry.word_bytes);
    // Who looks for a program along PATH asks more than once.
    for (size_t other = 0; other + size <= refusal_bytes; other += sizeof(uint32_t))
        if (memcmp(refusals.bytes + other, place, size) == 0) return;
    refusal_bytes += size;
}

// -- Looking at somebody -----------------------------------------------------------------------------------------

// "/proc/", the number, and what follows.
static void name_of(char *path, int process, const char *rest) {
    char digits[12];
    int count = 0;
    do digits[count++] = (char)('0' + process % 10);
    while ((process /= 10) > 0);
    memcpy(path, "/proc/", 6);
    path += 6;
    while (count > 0) *path++ = digits[--count];
    memcpy(path, rest, strlen(rest) + 1);
}

long cjail_read_file(int process, const char *name, char *room, size_t size) {
    char path[64];
    name_of(path, process, name);
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    size_t count = 0;
    long got = 0;
    while (count < size && (got = syscall(SYS_read, file, room + count, size - count)) > 0) count += (size_t)got;
    syscall(SYS_close, file);
    return got < 0 ? -1 : (long)count;
}

// Of somebody else's memory, and never across a page: the next one need not be there.
static long read_memory(int process, uint64_t address, void *room, size_t size) {
    const size_t left = PAGE - address % PAGE;
    struct iovec ours = {room, size < left ? size : left}, theirs = {(void *)address, ours.iov_len};
    return syscall(SYS_process_vm_readv, process, &ours, 1ul, &theirs, 1ul, 0ul);
}

// A text with its zero: its length, or -1.
static long read_text(int process, uint64_t address, char *room, size_t size) {
    size_t length = 0;
    while (length < size) {
        long count = read_memory(process, address + length, room + length, size - length);
        if (count <= 0) return -1;
        size_t end = strnlen(room + length, (size_t)count);
        length += end;
        if (end < (size_t)count) return (long)length;
    }
    return -1;
}

// All words into `arguments`: how many bytes, or -1.
static long read_words(int process, uint64_t list) {
    size_t length = 0;
    uint64_t word;
    for (;; list += sizeof word) {
        if (list % sizeof word != 0 || read_memory(process, list, &word, sizeof word) != sizeof word) return -1;
        if (word == 0) return (long)length;
        if (length >= FIRST_LOOK_MAX) return -1;
        long count = read_text(process, word, arguments + length, FIRST_LOOK_MAX - length);
        if (count < 0) return -1;
        length += (size_t)count + 1;
    }
}

static int64_t judge(const struct stat *file, size_t words) {
    return cjail_judge(rules->judgement, rules->judgement_bytes, file->st_dev, file->st_ino, arguments, words);
}

static int is_judged(const struct stat *file) {
    return cjail_is_judged(rules->judgement, rules->judgement_bytes, file->st_dev, file->st_ino);
}

// -- The first look ----------------------------------------------------------------------------------------------

// What the caller shows, which is the truth for all who do not lie. What cannot be read is left to the kernel and to the
// second look. `shown` is the path.
static int64_t look_before(int process, const uint64_t *call, char *shown, size_t *words) {
    char path[64 + PAGE];
    name_of(path, process, "/cwd/");
    char *end = path + strlen(path);
    long length = read_text(process, call[0], shown, PAGE);
    if (length <= 0) return CJAIL_ALLOWED;
    memcpy(end, shown, (size_t)length + 1);
    struct stat file;
    const char *whole = shown[0] == '/' ? shown : path;
    if (syscall(SYS_newfstatat, AT_FDCWD, whole, &file, 0) < 0 || !is_judged(&file)) return CJAIL_ALLOWED;
    long count = read_words(process, call[1]);
    if (count < 0) return CJAIL_ALLOWED;
    *words = (size_t)count;
    return judge(&file, *words);
}

// Whether we follow it already: an execve that failed leaves it so.
static int is_followed(int process) {
    static const char mark[] = "\nTracerPid:\t1\n";
    char text[PAGE];
    long count = cjail_read_file(process, "/status", text, sizeof text);
    return count > 0 && memmem(text, (size_t)count, mark, sizeof mark - 1) != NULL;
}

static int follow(int process) {
    const uint64_t children = 1ull << (SIGCHLD - 1);
    syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &children, NULL, sizeof children);
    // Whose signal has been read already, without anybody having waited: none will come of that one again.
    cjail_wait_for_all();
    const long result = syscall(SYS_ptrace, PTRACE_SEIZE, process, 0, PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL);
    const int error = errno;
    syscall(SYS_rt_sigprocmask, SIG_BLOCK, &children, NULL, sizeof children);
    return result == 0 || (error == EPERM && is_followed(process));
}

void cjail_judge_execution(
    int asking, const struct seccomp_notif *question, struct seccomp_notif_resp *told, const struct cjail_setup *setup) {
    rules = setup;
    const int process = (int)question->pid;
    char shown[PAGE] = "";
    size_t words = 0;
    int64_t answer = look_before(process, (const uint64_t *)question->data.args, shown, &words);
    told->error = -EACCES;
    // Whoever asked may be gone, and its number somebody else's.
    if (syscall(SYS_ioctl, asking, SECCOMP_IOCTL_NOTIF_ID_VALID, &question->id) < 0) return;
    if (answer != CJAIL_ALLOWED) {
        note(answer, shown, words);
        return;
    }
    // Nobody goes on whom we do not see arrive.
    if (!follow(process) || syscall(SYS_ioctl, asking, SECCOMP_IOCTL_NOTIF_ID_VALID, &question->id) < 0) return;
    told->error = 0;
    told->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
}

// -- The second look ---------------------------------------------------------------------------------------------

// The new image, before its first instruction.
static int may_live(int process) {
    char path[64], program[CJAIL_REFUSED_PROGRAM_MAX + 1] = "";
    struct stat file;
    name_of(path, process, "/exe");
    if (syscall(SYS_newfstatat, AT_FDCWD, path, &file, 0) < 0) return 0;
    if (!is_judged(&file)) return 1;
    long count = cjail_read_file(process, "/cmdline", arguments, sizeof arguments);
    // The kernel ends each word, whatever the caller did meanwhile; what does not end is no list of words.
    if (count > (long)ARGUMENTS_MAX || (count > 0 && arguments[count - 1] != 0)) count = -1;
    int64_t answer = count <= 0 ? CJAIL_NO_RULE : judge(&file, (size_t)count);
    if (answer == CJAIL_ALLOWED) return 1;
    syscall(SYS_readlinkat, AT_FDCWD, path, program, sizeof program - 1);
    note(answer, program, count > 0 ? (size_t)count : 0);
    return 0;
}

void cjail_see_stopped(int process, int status, const struct cjail_setup *setup) {
    rules = setup;
    const int event = status >> 16, signal_number = WSTOPSIG(status);
    if (event == PTRACE_EVENT_EXEC && !may_live(process)) {
        syscall(SYS_kill, process, SIGKILL);
        return;
    }
    // Any other stop comes from an execve that failed, and from a signal since: there is nothing to see, and it goes on
    // with its signal. Its next execve asks again.
    syscall(SYS_ptrace, PTRACE_DETACH, process, 0, event == 0 ? signal_number : 0);
}

// Questions to a run's first process, by a filter that comes before the run's own. About an execve it decides (executions.c); a
// call that is reported is refused, and written down: it is never let go on, so nothing that changes meanwhile matters.
#define _GNU_SOURCE 1
#include "questions.h"
#include "executions.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif
// Programs with 32-bit pointers, on x86-64.
#define OTHER_TABLE 0x40000000u
// From Linux 5.19 on: once we have seen the question, no signal takes it back. Some libraries' headers are older.
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1ul << 5)
#endif

static const struct sock_filter about_executions[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, OTHER_TABLE, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
};
static const struct sock_filter all_else = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);

// One program of both: a task can ask one listener only.
static struct sock_filter instructions[BPF_MAXINSNS];

static int asks_for_executions(const struct cjail_setup *setup) {
    return setup->judgement_bytes > 0 || setup->executes_once;
}

int cjail_begin_questions(const struct cjail_setup *setup) {
    const int executions = asks_for_executions(setup);
    if (!executions && setup->question_count == 0) return -2;
    size_t count = 0;
    if (executions) {
        memcpy(instructions, about_executions, sizeof about_executions);
        count = sizeof about_executions / sizeof *about_executions;
    }
    if (setup->question_count > BPF_MAXINSNS - count - 1) {
        errno = E2BIG;
        return -1;
    }
    memcpy(instructions + count, setup->questions, setup->question_count * sizeof *instructions);
    count += setup->question_count;
    if (setup->question_count == 0) instructions[count++] = all_else;
    struct sock_fprog program = {(unsigned short)count, instructions};
    const unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
    int asking = (int)syscall(
        SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &program);
    // A refusal may be asked for twice; leave to go on may not.
    if (asking < 0 && errno == EINVAL && !executions)
        asking = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
    return asking;
}

void cjail_allow_one_execution(int asking) {
    union question question;
    union answer answer;
    memset(&question, 0, sizeof question);
    memset(&answer, 0, sizeof answer);
    if (syscall(SYS_ioctl, asking, SECCOMP_IOCTL_NOTIF_RECV, &question) < 0) return;
    answer.told.id = question.asked.id;
    answer.told.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    syscall(SYS_ioctl, asking, SECCOMP_IOCTL_NOTIF_SEND, &answer);
    // With nobody to ask, there is no such call.
    syscall(SYS_close, asking);
}

// -- Calls that are refused --------------------------------------------------------------------------------------

static struct cjail_refused_call calls[CJAIL_REFUSED_CALLS_MAX];
static size_t call_count;

size_t cjail_refused_calls(const struct cjail_refused_call **found) {
    *found = calls;
    return call_count;
}

static int is_same(const struct cjail_refused_call *call, const struct seccomp_data *data) {
    // Sockets of different families are different wishes.
    return call->number == (uint32_t)data->nr
           && (call->number != SYS_socket || call->arguments[0] == data->args[0]);
}

// Whoever asks without end costs a comparison each time, and no room.
static void note(int process, const struct seccomp_data *data) {
    for (size_t i = 0; i < call_count; i++)
        if (is_same(&calls[i], data)) {
            if (calls[i].count < UINT32_MAX) calls[i].count++;
            return;
        }
    if (call_count == CJAIL_REFUSED_CALLS_MAX) return;
    struct cjail_refused_call *call = &calls[call_count++];
    call->number = (uint32_t)data->nr;
    call->count = 1;
    call->arguments[0] = data->args[0];
    call->arguments[1] = data->args[1];
    long count = cjail_read_file(process, "/comm", call->program, sizeof call->program);
    if (count < 0) count = 0;
    if (count > 0 && call->program[count - 1] == '\n') count--;
    memset(call->program + count, 0, sizeof call->program - (size_t)count);
}

static int error_of(const struct cjail_setup *setup, int number) {
    for (size_t i = 0; i < setup->error_count; i++)
        if (setup->errors[i].number == (uint32_t)number) return setup->errors[i].error;
    return EPERM;
}

void cjail_answer(int asking, const struct cjail_setup *setup) {
    union question question;
    union answer answer;
    memset(&question, 0, sizeof question);
    memset(&answer, 0, sizeof answer);
    if (syscall(SYS_ioctl, asking, SECCOMP_IOCTL_NOTIF_RECV, &question) < 0) return;
    const int number = question.asked.data.nr;
    answer.told.id = question.asked.id;
    if (number == SYS_execve) {
        cjail_judge_execution(asking, &question.asked, &answer.told, setup);
    } else {
        note((int)question.asked.pid, &question.asked.data);
        answer.told.error = -error_of(setup, number);
    }
    syscall(SYS_ioctl, asking, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

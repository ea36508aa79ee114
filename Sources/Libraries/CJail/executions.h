// Who may execute what with which arguments: the second half of a run's first process, where a policy has rules on arguments.
#ifndef CJAIL_EXECUTIONS_H
#define CJAIL_EXECUTIONS_H

#include "include/CJail.h"

#include <linux/seccomp.h>

// What to tell one who asks for an execve.
void cjail_judge_execution(
    int asking, const struct seccomp_notif *question, struct seccomp_notif_resp *told, const struct cjail_setup *setup);
// One whom we follow has stopped; `status` is wait4's.
void cjail_see_stopped(int process, int status, const struct cjail_setup *setup);
// What was refused, as `struct cjail_refusal`s.
size_t cjail_refusals(const void **bytes);
// As much of a file of a process in /proc as there is room for; -1 when it cannot be read.
long cjail_read_file(int process, const char *name, char *room, size_t size);

#endif

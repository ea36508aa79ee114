// Who may execute what with which arguments: the second half of a run's first process, where a policy has rules on arguments.
#ifndef CJAIL_EXECUTIONS_H
#define CJAIL_EXECUTIONS_H

#include "include/CJail.h"

// From now on nobody executes anything but by our leave: ourselves, and whoever comes of us. A descriptor on which they
// ask, or -1 and errno.
int cjail_ask_for_executions(void);
// Before the first answer: whose end is not ours to see here.
void cjail_begin_answering(int command);
// Lets the first who asks go on, whom nobody inside has had a hand in, and nobody after: an execve fails with ENOSYS.
void cjail_allow_one_execution(int asking);
// Answers one who asks.
void cjail_answer_execution(int asking, const struct cjail_setup *setup);
// One whom we follow has stopped; `status` is wait4's.
void cjail_see_stopped(int process, int status, const struct cjail_setup *setup);
// What was refused, as `struct cjail_refusal`s.
size_t cjail_refusals(const void **bytes);

#endif

// What a run asks its first process: for leave to execute, and about calls that are refused.
#ifndef CJAIL_QUESTIONS_H
#define CJAIL_QUESTIONS_H

#include "include/CJail.h"

#include <linux/seccomp.h>

// With room for what a newer kernel may add.
union question {
    struct seccomp_notif asked;
    char room[512];
};
union answer {
    struct seccomp_notif_resp told;
    char room[512];
};

// From now on whoever comes of us, and we ourselves, ask: about every execve where it matters which, and about the calls that
// are reported. A descriptor on which they ask, -1 and errno, or -2 where nothing is asked.
int cjail_begin_questions(const struct cjail_setup *setup);
// Answers one who asks.
void cjail_answer(int asking, const struct cjail_setup *setup);
// Lets the first who asks go on, whom nobody inside has had a hand in, and nobody after: an execve fails with ENOSYS.
void cjail_allow_one_execution(int asking);
// What was refused; how many.
size_t cjail_refused_calls(const struct cjail_refused_call **calls);

#endif

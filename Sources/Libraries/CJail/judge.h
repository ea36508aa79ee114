// Rules on arguments. The bytes are those of `ProgramRules` in Confinement: checked there when they arrived, and bounded
// here again.
#ifndef CJAIL_JUDGE_H
#define CJAIL_JUDGE_H

#include "include/CJail.h"

// Whether there are rules for the file at all.
int cjail_is_judged(const void *rules, size_t bytes, uint64_t device, uint64_t inode);

#endif

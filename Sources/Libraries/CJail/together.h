// What a run's first process does where it has no namespace of its own.
#ifndef CJAIL_TOGETHER_H
#define CJAIL_TOGETHER_H

#include "include/CJail.h"

#include <sys/types.h>

// Ends with the zygote, reaches with its signals nobody but those who come of it, and gets all of them for children who lose
// their parents. Only bare system calls. -1 and errno.
long cjail_stay_together(pid_t zygote);

#endif

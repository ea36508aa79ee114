// The rules of one run. Apart from its start, because it is an idea of its own; called only between clone and execve,
// where nothing but C may run.
#ifndef CJAIL_LANDLOCK_H
#define CJAIL_LANDLOCK_H

#include "include/CJail.h"

// A descriptor of the rules, or -1 and errno.
int cjail_build_ruleset(const struct cjail_setup *setup);

#endif

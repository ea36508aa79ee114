// How a run that is prepared learns what to run. The reading side stands between clone and execve, where nothing but C may
// run.
#ifndef CJAIL_ORDER_H
#define CJAIL_ORDER_H

#include "include/CJail.h"

// An order as execve wants it.
struct order {
    struct cjail_order head;
    int descriptors[CJAIL_DESCRIPTORS_MAX];
    const char *program;
    const char *folder;
    char **argv;
    char **envp;
};

// Waits for it. -1 and errno; EPIPE when none will come.
long cjail_await_order(int orders, struct order *order);

#endif

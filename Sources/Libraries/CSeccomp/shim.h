// libseccomp's own header, and what Swift cannot call of it: rules take a variable number of comparisons, and the actions
// are macros that look like functions.
#ifndef CSECCOMP_SHIM_H
#define CSECCOMP_SHIM_H

#include <seccomp.h>

static inline uint32_t cseccomp_errno(uint16_t code) { return SCMP_ACT_ERRNO(code); }
static inline uint32_t cseccomp_allow(void) { return SCMP_ACT_ALLOW; }
static inline uint32_t cseccomp_kill_process(void) { return SCMP_ACT_KILL_PROCESS; }

// As many comparisons as a call has arguments, each of (argument & mask) with a value.
struct cseccomp_condition {
    unsigned argument;
    int operation; // enum scmp_compare
    uint64_t first, second;
};
static inline int cseccomp_add(scmp_filter_ctx context, uint32_t action, int number,
                               const struct cseccomp_condition *conditions, unsigned count) {
    struct scmp_arg_cmp comparisons[6];
    if (count > 6) return -22;
    for (unsigned i = 0; i < count; i++) {
        comparisons[i].arg = conditions[i].argument;
        comparisons[i].op = (enum scmp_compare)conditions[i].operation;
        comparisons[i].datum_a = conditions[i].first;
        comparisons[i].datum_b = conditions[i].second;
    }
    return seccomp_rule_add_array(context, action, number, count, comparisons);
}

#endif

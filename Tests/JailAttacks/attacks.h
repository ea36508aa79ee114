// What a program in a jail may try that a shell cannot: one function an attack. C, because most are bare system calls,
// and some of them by ways that no library offers.
#ifndef ATTACKS_H
#define ATTACKS_H

// 0 when it worked, otherwise the errno that it failed with.
struct attack {
    const char *name;
    int (*run)(char **arguments);
};

extern const struct attack kernel_attacks[];
extern const struct attack file_attacks[];
extern const struct attack process_attacks[];
extern const struct attack argument_attacks[];
extern const struct attack worker_attacks[];
extern const struct attack racing_attacks[];
extern const struct attack hosts[];

#define RESULT(expression) return (long)(expression) < 0 ? errno : 0

#endif

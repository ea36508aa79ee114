// What `sidecar policy prove` tries from inside of a jail, and the same outside of it to see that it would work. C, because
// most of it is bare system calls, some of them by ways that no library offers, and because it must start in a view that
// holds nothing but the C library.
#ifndef PROBE_H
#define PROBE_H

#include <errno.h>
#include <stddef.h>
#include <sys/types.h>

// 0 when it worked, otherwise the errno that it failed with, or IMPOSSIBLE.
struct attempt {
    const char *name;
    int (*run)(char **arguments);
};

// This machine has nothing to try it on.
#define IMPOSSIBLE (-1)

#define RESULT(expression) return (long)(expression) < 0 ? errno : 0

extern const struct attempt reading_attempts[];
extern const struct attempt writing_attempts[];
extern const struct attempt racing_attempts[];
extern const struct attempt program_attempts[];
extern const struct attempt network_attempts[];
extern const struct attempt proxy_attempts[];
extern const struct attempt process_attempts[];
extern const struct attempt survivor_attempts[];
extern const struct attempt limit_attempts[];
extern const struct attempt kernel_attempts[];
extern const struct attempt privilege_attempts[];
extern const struct attempt terminal_attempts[];
extern const struct attempt worker_attempts[];

// What was seen, for the report. The last one counts.
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
// The beginning of what was read, as evidence.
void note_bytes(const void *bytes, size_t count);
// 0, or errno.
int write_text(int fd, const char *text);
// Reads what is there and notes it.
int read_and_note(int fd);
// Copies a whole file; 0, or errno.
int copy_file(const char *from, int to);
long number(const char *text);
// Kills a child and waits for it.
void end_child(pid_t pid);

// The parts that this program plays outside of the jail.
int run_as(int count, char **arguments);
int witness(const char *folder);

#endif

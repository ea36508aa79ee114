// The two halves of the recorder: who is followed and what is told (recorder.c), and what system calls mean (calls.c).
#ifndef PROBE_RECORDER_H
#define PROBE_RECORDER_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { PATH_BYTES = 4096, WORD_BYTES = 4096 };

// What somebody who is followed is about to do: kept from the entry of a call to its exit, because an execve leaves nothing
// of the caller's memory.
struct call {
    struct call *next;
    pid_t process;
    long number;
    // 0: nothing that is told of. Else the kind of its line where it succeeds, and in small letters where it is refused.
    char kind;
    char path[PATH_BYTES];
    // Of a rename.
    char other[PATH_BYTES];
    // Of an execve: words, each with its end.
    char words[WORD_BYTES];
    size_t word_bytes;
    int words_are_cut;
};

void begin_line(char kind);
void add_field(const char *text);
void add_number(long value);
void end_line(void);

// As many bytes as can be read, and no further than the page with the first zero in it.
size_t read_bytes(pid_t process, uint64_t address, void *room, size_t size);

void begin_call(struct call *call, const uint64_t *arguments);
void end_call(struct call *call, long result);
// The new image of an execve, before its first instruction.
void see_program(struct call *call);

int record(int count, char **arguments);

#endif

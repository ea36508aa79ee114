// What the upstream and the load program share: the clock, the agreed sizes and small helpers.
#ifndef BENCH_WIRE_H
#define BENCH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    answer_body_bytes = 1400,   // the fixed answer: what a short turn of the real API weighs
    burst_event_count = 200,    // a burst stream: all events of it, first to last
    framing_event_count = 5,    // of every stream: message_start, block start and stop, message_delta, message_stop
    scratch_bytes = 256 * 1024, // one read takes most of a 300 kB body: fewer system calls than bytes would need
    head_bytes_max = 16 * 1024, // longer heads are refused: the programs of this kit never write one
};

/// Nanoseconds of CLOCK_MONOTONIC: comparable between processes of one machine, which the stream test relies on.
uint64_t now_ns(void);

/// Prints the message with errno's text and ends with status 1.
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/// 1,000 streams need more than the usual soft limit of 1,024 descriptors.
void raise_descriptor_limit(void);

/// True when the line `line` of `length` bytes is the header `name` (lower case); `value` then points behind the
/// blanks.
bool header_is(const char *line, size_t length, const char *name, const char **value);

/// The length of a message head including its empty line, or 0 while that has not come yet.
size_t head_length(const char *bytes, size_t length);

#endif

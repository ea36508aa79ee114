// What the upstream answers: fixed bytes made once at start, shaped like the real API's.
#ifndef BENCH_ANSWERS_H
#define BENCH_ANSWERS_H

#include <stddef.h>
#include <stdint.h>

struct bytes {
    const char *start;
    size_t length;
};

struct answers {
    struct bytes message;     // head and body of the 1.4 kB answer
    struct bytes burst;       // head and all events of the burst stream, chunked
    struct bytes paced_start; // head and first events of a paced stream
    struct bytes paced_end;   // last events of one, and the last chunk
};

/// The APIs that it speaks: each has answers of its own, of as many events and as much text.
enum api { api_messages, api_chat, api_count };

/// `event_bytes_max` bounds what `paced_event` writes.
enum { event_bytes_max = 320 };

void answers_make(struct answers answers[api_count]);

/// One text event as an HTTP chunk, carrying its number and the time at which it was made. Returns its length.
size_t paced_event(char target[event_bytes_max], enum api api, uint32_t number, uint64_t made_ns);

#endif

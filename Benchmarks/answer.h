// Reads an HTTP/1.1 answer piece by piece: status, length or chunks, and the events of a stream.
#ifndef BENCH_ANSWER_H
#define BENCH_ANSWER_H

#include "wire.h"

enum answer_stage {
    answer_head,
    answer_length,
    answer_chunk_size,
    answer_chunk,
    answer_chunk_end,
    answer_trailer,
    answer_done,
    answer_broken
};

enum { event_line_max = 512 }; // longer lines are cut: no event of the kit is longer

struct answer {
    enum answer_stage stage;
    int status;
    bool is_stream, closes;
    uint64_t left; // of the body or the chunk
    uint64_t body_bytes;
    uint32_t events;     // "event:" lines seen
    bool saw_last_event; // message_stop
    size_t line_size;    // of `line`: a line of the stream, of the chunk framing or of the trailer
    size_t head_size;
    uint64_t received_ns; // set by the caller before answer_feed: when these bytes came
    void (*on_data_line)(void *context, const char *line, size_t length); // called for each "data:" line; may be NULL
    void *context;
    char line[event_line_max];
    char head[head_bytes_max];
};

/// Makes the answer ready for the next one; keeps the callback.
void answer_begin(struct answer *answer);

/// Takes bytes. The stage afterwards is answer_done when the answer is whole, answer_broken when it is not HTTP.
/// Bytes behind the end of the answer are a broken answer: nothing here sends two requests at once.
void answer_feed(struct answer *answer, const char *bytes, size_t length);

#endif

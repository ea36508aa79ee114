// The requests that the load program sends: what a coding agent sends, at a chosen size.
#ifndef BENCH_REQUEST_H
#define BENCH_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

struct request {
    char *bytes;
    size_t size; // head and body
    size_t head_size;
};

struct request_options {
    size_t body_bytes; // exactly this many, at least `body_bytes_min`
    bool stream;       // the body says "stream":true
    const char *path;
    const char *authority;     // the Host header
    const char *extra_headers; // whole lines with their ends, or ""
};

enum { body_bytes_min = 512 };

/// Lives until the program ends.
struct request request_make(const struct request_options *options);

#endif

// The load program's modes. Each prints one JSON object to stdout and returns the exit status.
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options {
    uint16_t port;
    const char *path;
    size_t connections;
    double seconds;
    uint64_t requests; // 0: as many as fit into the time
    double warm_up;    // seconds before what counts
    size_t body_bytes;
    bool stream;
    bool any_answer;       // do not insist on the upstream's very length: for gateways that rewrite answers
    uint32_t pace, events; // of paced streams
    uint64_t seed;
    unsigned count; // of starts
    char **command; // what startup modes run, NULL-terminated
};

/// C connections, each sends the next request when its answer is there.
int load_closed(const struct options *options);

/// C paced streams at once.
int load_streams(const struct options *options);

/// Requests of mixed sizes, of which half end with the client leaving midway.
int load_churn(const struct options *options);

/// How long a command takes from its start to its end, or to the first good answer to GET /livez.
int load_runs(const struct options *options);
int load_ready(const struct options *options);

#endif

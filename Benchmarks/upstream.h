// A connection of the upstream, and what the files of the upstream share: upstream.c accepts, reading.c takes requests
// in, answering.c sends answers out.
#ifndef BENCH_UPSTREAM_H
#define BENCH_UPSTREAM_H

#include "answers.h"
#include "timers.h"
#include "wire.h"

enum { tail_bytes = 256 }; // of a body are kept: enough to see its last members

enum stage { stage_head, stage_body, stage_waiting, stage_pacing, stage_flushing };

struct connection {
    struct timer timer; // first: a timer is its connection
    int fd;
    enum stage stage;
    bool wants_write, is_busy; // busy: from a request's first byte to its answer's last
    size_t head_size;
    uint64_t body_left;
    char tail[tail_bytes];
    size_t tail_size;
    bool is_post, is_stats, is_stream;
    enum api api;
    uint32_t pace, events, delay_ms; // as asked for by headers
    uint32_t next_event;
    uint64_t interval_ns;
    const char *out; // what is being sent: one of `answers`, or `own`
    size_t out_size, out_sent;
    char *own;
    size_t own_room;
    char head[head_bytes_max];
};

/// The process's one upstream.
struct upstream {
    struct answers answers[api_count];
    struct timers timers;
    int epoll_fd;
    struct {
        uint64_t accepted, requests, streams, cut_short, refused;
        int64_t open, busy;
    } stats;
};
extern struct upstream upstream;

/// Reads what has arrived, sends what can be sent; the connection may be gone afterwards.
void connection_serve(struct connection *connection, uint32_t events);

/// Does what the connection's timer was set for: the next event of a paced stream, or an answer that was delayed.
void connection_expire(struct connection *connection);

// The rest is between reading.c and answering.c. Each tells whether the connection is still there.
bool connection_flush(struct connection *connection);
bool connection_answer(struct connection *connection);
bool connection_refuse(struct connection *connection, const char *why);
void connection_close(struct connection *connection);

#endif

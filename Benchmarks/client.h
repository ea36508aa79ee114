// One client connection of the load program: connects, sends a request, reads its answer, on the caller's epoll.
#ifndef BENCH_CLIENT_H
#define BENCH_CLIENT_H

#include "answer.h"
#include "request.h"
#include "timers.h"

struct client {
    struct timer timer; // first: a timer is its client. For the caller
    int fd;             // -1 while not connected
    bool wants_write, is_busy;
    const struct request *request;
    size_t sent, send_limit; // no more than the limit is sent: a client may leave in the middle
    uint64_t started_ns, first_event_ns;
    struct answer answer;
};

enum client_news { client_waits, client_sent_limit, client_has_answer, client_lost };

/// Where all clients connect to, and the epoll they are on.
struct target {
    uint16_t port;
    int epoll_fd;
};

/// Connects (without waiting for it). False when the system has no port or descriptor left.
bool client_connect(struct client *client, const struct target *target);

/// Sends the request on a connected client, up to `limit` bytes.
enum client_news client_start(struct client *client, const struct target *target, const struct request *request,
                              size_t limit);

/// Does what epoll says can be done now.
enum client_news client_continue(struct client *client, const struct target *target, uint32_t events);

/// Ends the connection: with RST when `abruptly`, otherwise with FIN (RST too if there are unread bytes, as TCP wants
/// it).
void client_close(struct client *client, bool abruptly);

/// What is asked of an answer to count as good.
struct expectation {
    uint64_t body_bytes; // 0: any
    uint32_t events;     // 0: no stream
};
bool client_answer_is(const struct client *client, const struct expectation *expectation);

/// Prints what was wrong with an answer, for the first few of a run: enough to find out, not a flood.
void client_complain(const struct client *client, const char *what);

#endif

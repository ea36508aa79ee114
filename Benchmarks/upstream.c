// A stand-in for the Anthropic API, fast enough not to be what a benchmark measures: one thread, one epoll.
//
//     upstream [PORT]          prints "listening PORT" and serves 127.0.0.1:PORT (0, the default: any free port)
//
// POST of any path reads the whole body (content-length) and answers
//   - a fixed message of 1.4 kB, or
//   - when the body ends with `"stream":true}`, the path has `stream=burst` or a header x-bench-stream is there: 200 events
//     as fast as they go out, or
//   - with the header x-bench-pace: N (events a second) and x-bench-events: M a stream of M text events at that pace,
//     each carrying its number and the time it was made, or
//   - with the header x-bench-delay: MS any of these that much later.
// GET /stats answers what the server has seen, as JSON; any other GET answers "ok".
#define _GNU_SOURCE
#include "answers.h"
#include "timers.h"
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    tail_bytes = 64,                // enough to see the last member of the body
    owed_events_max = 1 << 16,      // a stream whose reader has stopped reading is cut here
};

enum stage { stage_head, stage_body, stage_waiting, stage_pacing, stage_flushing };

struct connection {
    struct timer timer;  // first: a timer is its connection
    int fd;
    enum stage stage;
    bool wants_write, is_busy;            // busy: from a request's first byte to its answer's last
    size_t head_size;
    uint64_t body_left;
    char tail[tail_bytes];
    size_t tail_size;
    bool is_post, is_stats, is_stream;
    uint32_t pace, events, delay_ms;      // as asked for by headers
    uint32_t next_event;
    uint64_t interval_ns;
    const char *out;                      // what is being sent: one of `answers`, or `own`
    size_t out_size, out_sent;
    char *own;
    size_t own_room;
    char head[head_bytes_max];
};

static struct answers answers;
static struct timers timers;
static int epoll_fd;
static char scratch[scratch_bytes];
static struct {
    uint64_t accepted, requests, streams, cut_short, refused;
    int64_t open, busy;
} stats;

static void close_connection(struct connection *connection) {
    if (connection->is_busy) {
        stats.cut_short++;
        stats.busy--;
    }
    stats.open--;
    timers_cancel(&timers, &connection->timer);
    close(connection->fd);
    free(connection->own);
    free(connection);
}

static void watch(struct connection *connection, bool write) {
    if (connection->wants_write == write) return;
    connection->wants_write = write;
    struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP | (write ? EPOLLOUT : 0u), .data.ptr = connection };
    if (epoll_ctl(epoll_fd, EPOLL_CTL_MOD, connection->fd, &event) != 0) die("epoll_ctl");
}

static void become_idle(struct connection *connection) {
    connection->stage = stage_head;
    connection->head_size = 0;
    connection->is_busy = false;
    stats.busy--;
}

/// Sends what is there. False when the connection is gone.
static bool flush(struct connection *connection) {
    while (connection->out_sent < connection->out_size) {
        ssize_t count = send(connection->fd, connection->out + connection->out_sent, connection->out_size - connection->out_sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) {
            watch(connection, true);
            return true;
        }
        if (count < 0) {
            close_connection(connection);
            return false;
        }
        connection->out_sent += (size_t)count;
    }
    watch(connection, false);
    connection->out_size = connection->out_sent = 0;
    if (connection->stage == stage_flushing) become_idle(connection);
    return true;
}

static bool send_all(struct connection *connection, struct bytes bytes) {
    connection->out = bytes.start;
    connection->out_size = bytes.length;
    connection->out_sent = 0;
    connection->stage = stage_flushing;
    return flush(connection);
}

/// Adds to what a paced stream still has to send: its reader may be slower than the pace.
static void owe(struct connection *connection, const char *bytes, size_t length) {
    if (connection->out_size == 0) connection->out_sent = 0;
    size_t needed = connection->out_size + length;
    if (needed > connection->own_room) {
        connection->own_room = needed * 2;
        connection->own = realloc(connection->own, connection->own_room);
        if (!connection->own) die("no memory for a stream");
    }
    memcpy(connection->own + connection->out_size, bytes, length);
    connection->out = connection->own;
    connection->out_size = needed;
}

static bool start_pacing(struct connection *connection) {
    connection->stage = stage_pacing;
    connection->next_event = 0;
    connection->interval_ns = 1000000000u / connection->pace;
    owe(connection, answers.paced_start.start, answers.paced_start.length);
    timers_set(&timers, &connection->timer, now_ns() + connection->interval_ns);
    return flush(connection);
}

static void continue_pacing(struct connection *connection) {
    uint64_t due = connection->timer.due;
    char event[event_bytes_max];
    owe(connection, event, paced_event(event, connection->next_event++, now_ns()));
    if (connection->next_event < connection->events) {
        // From the due time, not from now: the pace holds although single events are late.
        timers_set(&timers, &connection->timer, due + connection->interval_ns);
    } else {
        owe(connection, answers.paced_end.start, answers.paced_end.length);
        connection->stage = stage_flushing;
    }
    if (connection->out_size > (size_t)owed_events_max * event_bytes_max) close_connection(connection);
    else flush(connection);
}

static bool send_stats(struct connection *connection) {
    char body[256], answer[512];
    // The connection that asks is neither counted as open nor as busy.
    int length = snprintf(body, sizeof body,
                          "{\"accepted\":%llu,\"requests\":%llu,\"streams\":%llu,\"cut_short\":%llu,\"refused\":%llu,\"open\":%lld,\"busy\":%lld}\n",
                          (unsigned long long)stats.accepted, (unsigned long long)stats.requests, (unsigned long long)stats.streams,
                          (unsigned long long)stats.cut_short, (unsigned long long)stats.refused, (long long)stats.open - 1, (long long)stats.busy - 1);
    int total = snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", length, body);
    connection->stage = stage_flushing;
    owe(connection, answer, (size_t)total);
    return flush(connection);
}

static bool refuse(struct connection *connection, const char *why) {
    stats.refused++;
    fprintf(stderr, "upstream: refused a request: %s\n", why);
    close_connection(connection);
    return false;
}

static bool answer(struct connection *connection) {
    static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n";
    stats.requests++;
    if (connection->is_stats) return send_stats(connection);
    if (!connection->is_post) return send_all(connection, (struct bytes){ ok, sizeof ok - 1 });
    if (connection->pace > 0 && connection->events > 0) {
        stats.streams++;
        return start_pacing(connection);
    }
    if (!connection->is_stream) return send_all(connection, answers.message);
    stats.streams++;
    return send_all(connection, answers.burst);
}

static bool finish_request(struct connection *connection) {
    if (connection->is_post) {
        // A body that a gateway damaged shows here at the latest.
        if (connection->tail_size == 0 || connection->tail[connection->tail_size - 1] != '}') return refuse(connection, "the body does not end as a JSON object");
        if (memmem(connection->tail, connection->tail_size, "\"stream\":true}", 14)) connection->is_stream = true;
    }
    if (connection->delay_ms == 0) return answer(connection);
    connection->stage = stage_waiting;
    timers_set(&timers, &connection->timer, now_ns() + (uint64_t)connection->delay_ms * 1000000u);
    return true;
}

static void keep_tail(struct connection *connection, const char *bytes, size_t length) {
    if (length >= tail_bytes) {
        memcpy(connection->tail, bytes + length - tail_bytes, tail_bytes);
        connection->tail_size = tail_bytes;
        return;
    }
    size_t kept = connection->tail_size < tail_bytes - length ? connection->tail_size : tail_bytes - length;
    memmove(connection->tail, connection->tail + connection->tail_size - kept, kept);
    memcpy(connection->tail + kept, bytes, length);
    connection->tail_size = kept + length;
}

/// Reads the finished head. False when the connection is gone.
static bool read_head(struct connection *connection, const char *head, size_t length) {
    const char *line_end = memchr(head, '\r', length);
    bool has_length = false, expects = false, is_chunked = false;
    connection->is_post = length > 5 && memcmp(head, "POST ", 5) == 0;
    connection->is_stats = length > 11 && memcmp(head, "GET /stats ", 11) == 0;
    connection->is_stream = memmem(head, (size_t)(line_end - head), "stream=burst", 12) != NULL;
    connection->pace = connection->events = connection->delay_ms = 0;
    connection->body_left = connection->tail_size = 0;
    for (const char *line = line_end + 2; line < head + length - 2; line = line_end + 2) {
        line_end = memchr(line, '\r', (size_t)(head + length - line));
        size_t line_size = (size_t)(line_end - line);
        const char *value;
        switch (line[0] | 0x20) {
        case 'c':
            if (header_is(line, line_size, "content-length", &value)) connection->body_left = strtoull(value, NULL, 10), has_length = true;
            break;
        case 'e':
            expects = expects || header_is(line, line_size, "expect", &value);
            break;
        case 't':
            is_chunked = is_chunked || header_is(line, line_size, "transfer-encoding", &value);
            break;
        case 'x':
            if (header_is(line, line_size, "x-bench-pace", &value)) connection->pace = (uint32_t)strtoul(value, NULL, 10);
            else if (header_is(line, line_size, "x-bench-events", &value)) connection->events = (uint32_t)strtoul(value, NULL, 10);
            else if (header_is(line, line_size, "x-bench-delay", &value)) connection->delay_ms = (uint32_t)strtoul(value, NULL, 10);
            else if (header_is(line, line_size, "x-bench-stream", &value)) connection->is_stream = true;
            break;
        }
    }
    if (is_chunked || (connection->is_post && !has_length)) return refuse(connection, "this upstream wants a content-length");
    if (expects) send(connection->fd, "HTTP/1.1 100 Continue\r\n\r\n", 25, MSG_NOSIGNAL);
    connection->stage = stage_body;
    connection->head_size = 0;
    return true;
}

/// Takes what has arrived. False when the connection is gone.
static bool take(struct connection *connection, const char *bytes, size_t length) {
    if (connection->stage == stage_head) {
        if (!connection->is_busy) stats.busy++;
        connection->is_busy = true;
        const char *head = bytes;
        size_t before = connection->head_size, size = 0;
        if (before > 0 || (size = head_length(bytes, length)) == 0) {
            size_t room = head_bytes_max - before, part = length < room ? length : room;
            memcpy(connection->head + before, bytes, part);
            connection->head_size = before + part;
            head = connection->head;
            if ((size = head_length(head, connection->head_size)) == 0) {
                return part == length ? true : refuse(connection, "its head is too long");
            }
        }
        if (!read_head(connection, head, size)) return false;
        bytes += size - before;
        length -= size - before;
    }
    if (connection->stage != stage_body || length > connection->body_left) return refuse(connection, "bytes came before the answer was sent");
    keep_tail(connection, bytes, length);
    connection->body_left -= length;
    return connection->body_left > 0 ? true : finish_request(connection);
}

static void serve(struct connection *connection, uint32_t events) {
    if ((events & EPOLLOUT) && !flush(connection)) return;
    if (!(events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))) return;
    for (;;) {
        ssize_t count = recv(connection->fd, scratch, sizeof scratch, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) {
            close_connection(connection);
            return;
        }
        if (!take(connection, scratch, (size_t)count)) return;
        if ((size_t)count < sizeof scratch) return;
    }
}

static void accept_all(int listener) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && errno == EAGAIN) return;
        if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
        if (fd < 0) die("accept4");
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *connection = malloc(sizeof *connection);
        if (!connection) die("no memory for a connection");
        // Everything but the 16 kB of the head, which is never read beyond what was written.
        memset(connection, 0, offsetof(struct connection, head));
        connection->fd = fd;
        struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP, .data.ptr = connection };
        if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
        stats.accepted++;
        stats.open++;
    }
}

static int open_listener(uint16_t port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    if (fd < 0) die("socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) die("bind 127.0.0.1:%u", port);
    if (listen(fd, 4096) != 0) die("listen");
    socklen_t length = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0) die("getsockname");
    printf("listening %u\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static void run_timers(void) {
    uint64_t now = now_ns();
    for (struct timer *timer; (timer = timers_pop(&timers, now));) {
        struct connection *connection = (struct connection *)timer;
        if (connection->stage == stage_pacing) continue_pacing(connection);
        else answer(connection);
    }
}

int main(int count, char **arguments) {
    raise_descriptor_limit();
    signal(SIGPIPE, SIG_IGN);
    answers_make(&answers);
    timers_open(&timers);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_fd < 0) die("epoll_create1");
    int listener = open_listener((uint16_t)(count > 1 ? strtoul(arguments[1], NULL, 10) : 0));
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &event) != 0) die("epoll_ctl");
    event.data.ptr = &timers;
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, timers.fd, &event) != 0) die("epoll_ctl");
    for (;;) {
        struct epoll_event ready[256];
        timers_arm(&timers);
        int ready_count = epoll_wait(epoll_fd, ready, 256, -1);
        if (ready_count < 0 && errno != EINTR) die("epoll_wait");
        bool timers_due = false;
        for (int index = 0; index < ready_count; index++) {
            if (ready[index].data.ptr == NULL) accept_all(listener);
            else if (ready[index].data.ptr == &timers) timers_due = true;
            else serve(ready[index].data.ptr, ready[index].events);
        }
        // After the sockets: a timer may close a connection that an event of this batch still points to.
        if (timers_due) {
            timers_acknowledge(&timers);
            run_timers();
        }
    }
}

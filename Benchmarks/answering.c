#define _GNU_SOURCE
#include "upstream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { owed_events_max = 1 << 16 }; // a stream whose reader has stopped reading is cut here

void connection_close(struct connection *connection) {
    if (connection->is_busy) {
        upstream.stats.cut_short++;
        upstream.stats.busy--;
    }
    upstream.stats.open--;
    timers_cancel(&upstream.timers, &connection->timer);
    close(connection->fd);
    free(connection->own);
    free(connection);
}

static void watch(struct connection *connection, bool write) {
    if (connection->wants_write == write) return;
    connection->wants_write = write;
    struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP | (write ? EPOLLOUT : 0u), .data.ptr = connection };
    if (epoll_ctl(upstream.epoll_fd, EPOLL_CTL_MOD, connection->fd, &event) != 0) die("epoll_ctl");
}

static void become_idle(struct connection *connection) {
    connection->stage = stage_head;
    connection->head_size = 0;
    connection->is_busy = false;
    upstream.stats.busy--;
}

/// Sends what is there. False when the connection is gone.
bool connection_flush(struct connection *connection) {
    while (connection->out_sent < connection->out_size) {
        ssize_t count = send(connection->fd, connection->out + connection->out_sent,
                             connection->out_size - connection->out_sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) {
            watch(connection, true);
            return true;
        }
        if (count < 0) {
            connection_close(connection);
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
    return connection_flush(connection);
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
    owe(connection, upstream.answers[connection->api].paced_start.start, upstream.answers[connection->api].paced_start.length);
    // A translated stream begins with its first words, so they come at once, as a message's first event does.
    if (connection->api == api_chat) {
        char event[event_bytes_max];
        owe(connection, event, paced_event(event, connection->api, connection->next_event++, now_ns()));
    }
    timers_set(&upstream.timers, &connection->timer, now_ns() + connection->interval_ns);
    return connection_flush(connection);
}

static void continue_pacing(struct connection *connection) {
    uint64_t due = connection->timer.due;
    char event[event_bytes_max];
    owe(connection, event, paced_event(event, connection->api, connection->next_event++, now_ns()));
    if (connection->next_event < connection->events) {
        // From the due time, not from now: the pace holds although single events are late.
        timers_set(&upstream.timers, &connection->timer, due + connection->interval_ns);
    } else {
        owe(connection, upstream.answers[connection->api].paced_end.start, upstream.answers[connection->api].paced_end.length);
        connection->stage = stage_flushing;
    }
    if (connection->out_size > (size_t)owed_events_max * event_bytes_max) connection_close(connection);
    else connection_flush(connection);
}

static bool send_stats(struct connection *connection) {
    char body[256], answer[512];
    // The connection that asks is neither counted as open nor as busy.
    int length = snprintf(body, sizeof body,
                          "{\"accepted\":%llu,\"requests\":%llu,\"streams\":%llu,\"cut_short\":%llu,\"refused\":%llu,"
                          "\"open\":%lld,\"busy\":%lld}\n",
                          (unsigned long long)upstream.stats.accepted, (unsigned long long)upstream.stats.requests,
                          (unsigned long long)upstream.stats.streams, (unsigned long long)upstream.stats.cut_short,
                          (unsigned long long)upstream.stats.refused, (long long)upstream.stats.open - 1,
                          (long long)upstream.stats.busy - 1);
    int total =
        snprintf(answer, sizeof answer,
                 "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", length, body);
    connection->stage = stage_flushing;
    owe(connection, answer, (size_t)total);
    return connection_flush(connection);
}

bool connection_refuse(struct connection *connection, const char *why) {
    upstream.stats.refused++;
    fprintf(stderr, "upstream: refused a request: %s\n", why);
    connection_close(connection);
    return false;
}

bool connection_answer(struct connection *connection) {
    static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n";
    upstream.stats.requests++;
    if (connection->is_stats) return send_stats(connection);
    if (!connection->is_post) return send_all(connection, (struct bytes){ ok, sizeof ok - 1 });
    if (connection->pace > 0 && connection->events > 0) {
        upstream.stats.streams++;
        return start_pacing(connection);
    }
    if (!connection->is_stream) return send_all(connection, upstream.answers[connection->api].message);
    upstream.stats.streams++;
    return send_all(connection, upstream.answers[connection->api].burst);
}

void connection_expire(struct connection *connection) {
    if (connection->stage == stage_pacing) continue_pacing(connection);
    else connection_answer(connection);
}

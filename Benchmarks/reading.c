#define _GNU_SOURCE
#include "upstream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

static char scratch[scratch_bytes];

static bool tail_has(const struct connection *connection, const char *text) {
    return memmem(connection->tail, connection->tail_size, text, strlen(text)) != NULL;
}

static bool finish_request(struct connection *connection) {
    if (connection->is_post) {
        // A body that a gateway damaged shows here at the latest.
        if (connection->tail_size == 0 || connection->tail[connection->tail_size - 1] != '}')
            return connection_refuse(connection, "the body does not end as a JSON object");
        if (tail_has(connection, "\"stream\":true") || tail_has(connection, "\"stream\": true"))
            connection->is_stream = true;
    }
    if (connection->delay_ms == 0) return connection_answer(connection);
    connection->stage = stage_waiting;
    timers_set(&upstream.timers, &connection->timer, now_ns() + (uint64_t)connection->delay_ms * 1000000u);
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
    connection->api =
        memmem(head, (size_t)(line_end - head), "/chat/completions", 17) != NULL ? api_chat : api_messages;
    connection->is_stream = memmem(head, (size_t)(line_end - head), "stream=burst", 12) != NULL;
    connection->pace = connection->events = connection->delay_ms = 0;
    connection->body_left = connection->tail_size = 0;
    for (const char *line = line_end + 2; line < head + length - 2; line = line_end + 2) {
        line_end = memchr(line, '\r', (size_t)(head + length - line));
        size_t line_size = (size_t)(line_end - line);
        const char *value;
        switch (line[0] | 0x20) {
        case 'c':
            if (header_is(line, line_size, "content-length", &value))
                connection->body_left = strtoull(value, NULL, 10), has_length = true;
            break;
        case 'e': expects = expects || header_is(line, line_size, "expect", &value); break;
        case 't': is_chunked = is_chunked || header_is(line, line_size, "transfer-encoding", &value); break;
        case 'x':
            if (header_is(line, line_size, "x-bench-pace", &value))
                connection->pace = (uint32_t)strtoul(value, NULL, 10);
            else if (header_is(line, line_size, "x-bench-events", &value))
                connection->events = (uint32_t)strtoul(value, NULL, 10);
            else if (header_is(line, line_size, "x-bench-delay", &value))
                connection->delay_ms = (uint32_t)strtoul(value, NULL, 10);
            else if (header_is(line, line_size, "x-bench-stream", &value)) connection->is_stream = true;
            break;
        }
    }
    if (is_chunked || (connection->is_post && !has_length))
        return connection_refuse(connection, "this upstream wants a content-length");
    if (expects) send(connection->fd, "HTTP/1.1 100 Continue\r\n\r\n", 25, MSG_NOSIGNAL);
    connection->stage = stage_body;
    connection->head_size = 0;
    return true;
}

/// Takes what has arrived. False when the connection is gone.
static bool take(struct connection *connection, const char *bytes, size_t length) {
    if (connection->stage == stage_head) {
        if (!connection->is_busy) upstream.stats.busy++;
        connection->is_busy = true;
        const char *head = bytes;
        size_t before = connection->head_size, size = 0;
        if (before > 0 || (size = head_length(bytes, length)) == 0) {
            size_t room = head_bytes_max - before, part = length < room ? length : room;
            memcpy(connection->head + before, bytes, part);
            connection->head_size = before + part;
            head = connection->head;
            if ((size = head_length(head, connection->head_size)) == 0) {
                return part == length ? true : connection_refuse(connection, "its head is too long");
            }
        }
        if (!read_head(connection, head, size)) return false;
        bytes += size - before;
        length -= size - before;
    }
    if (connection->stage != stage_body || length > connection->body_left)
        return connection_refuse(connection, "bytes came before the answer was sent");
    // A translated body has it at its front.
    if (connection->api == api_chat && memmem(bytes, length < tail_bytes ? length : tail_bytes, "\"stream\":true", 13))
        connection->is_stream = true;
    keep_tail(connection, bytes, length);
    connection->body_left -= length;
    return connection->body_left > 0 ? true : finish_request(connection);
}

void connection_serve(struct connection *connection, uint32_t events) {
    if ((events & EPOLLOUT) && !connection_flush(connection)) return;
    if (!(events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))) return;
    for (;;) {
        ssize_t count = recv(connection->fd, scratch, sizeof scratch, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) {
            connection_close(connection);
            return;
        }
        if (!take(connection, scratch, (size_t)count)) return;
        if ((size_t)count < sizeof scratch) return;
    }
}

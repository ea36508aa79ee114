#define _GNU_SOURCE
#include "answer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void answer_begin(struct answer *answer) {
    answer->stage = answer_head;
    answer->status = 0;
    answer->is_stream = answer->closes = answer->saw_last_event = false;
    answer->left = answer->body_bytes = 0;
    answer->events = 0;
    answer->line_size = answer->head_size = 0;
}

static void event_line(struct answer *answer, const char *line, size_t length) {
    if (length > 6 && memcmp(line, "event:", 6) == 0) {
        // A gateway may add pings of its own; they are no part of what was asked for.
        if (memmem(line, length, "ping", 4)) return;
        answer->events++;
        if (memmem(line, length, "message_stop", 12)) answer->saw_last_event = true;
    } else if (answer->on_data_line && length > 5 && memcmp(line, "data:", 5) == 0) {
        answer->on_data_line(answer->context, line, length);
    }
}

static void keep(struct answer *answer, const char *bytes, size_t length) {
    size_t room = sizeof answer->line - answer->line_size, part = length < room ? length : room;
    memcpy(answer->line + answer->line_size, bytes, part);
    answer->line_size += part;
}

static void body(struct answer *answer, const char *bytes, size_t length) {
    answer->body_bytes += length;
    if (!answer->is_stream) return;
    for (const char *end = bytes + length, *newline; bytes < end; bytes = newline + 1) {
        newline = memchr(bytes, '\n', (size_t)(end - bytes));
        if (!newline) {
            keep(answer, bytes, (size_t)(end - bytes));
            return;
        }
        size_t size = (size_t)(newline - bytes);
        if (answer->line_size > 0) {
            keep(answer, bytes, size);
            event_line(answer, answer->line, answer->line_size);
            answer->line_size = 0;
        } else {
            event_line(answer, bytes, size);
        }
    }
}

static void read_head(struct answer *answer, const char *head, size_t length) {
    if (length < 12 || memcmp(head, "HTTP/1.1 ", 9) != 0) {
        answer->stage = answer_broken;
        return;
    }
    answer->status = atoi(head + 9);
    answer->stage = answer_done; // without length or chunks there is no body
    const char *line_end = memchr(head, '\r', length);
    for (const char *line = line_end + 2; line < head + length - 2; line = line_end + 2) {
        line_end = memchr(line, '\r', (size_t)(head + length - line));
        size_t size = (size_t)(line_end - line);
        const char *value;
        if (header_is(line, size, "content-length", &value)) {
            answer->left = strtoull(value, NULL, 10);
            answer->stage = answer->left > 0 ? answer_length : answer_done;
        } else if (header_is(line, size, "transfer-encoding", &value)) {
            answer->stage = answer_chunk_size;
        } else if (header_is(line, size, "connection", &value)) {
            answer->closes = strncasecmp(value, "close", 5) == 0;
        } else if (header_is(line, size, "content-type", &value)) {
            answer->is_stream = strncasecmp(value, "text/event-stream", 17) == 0;
        }
    }
}

// The framing has its own small buffer, apart from `line`, because an event's line may go on in the next chunk. It
// lives in `head`, which is free once the head has been read.
static size_t take_framing_line(struct answer *answer, const char *bytes, size_t length, bool *whole) {
    const char *newline = memchr(bytes, '\n', length);
    size_t size = newline ? (size_t)(newline - bytes) + 1 : length;
    if (answer->head_size + size >= head_bytes_max) {
        answer->stage = answer_broken;
        return size;
    }
    memcpy(answer->head + answer->head_size, bytes, size);
    answer->head_size += size;
    answer->head[answer->head_size] = 0;
    *whole = newline != NULL;
    return size;
}

static size_t take_data(struct answer *answer, const char *bytes, size_t length, enum answer_stage next) {
    size_t part = length < answer->left ? length : (size_t)answer->left;
    body(answer, bytes, part);
    answer->left -= part;
    if (answer->left == 0) answer->stage = next;
    return part;
}

static size_t take_framing(struct answer *answer, const char *bytes, size_t length) {
    bool whole = false;
    size_t size = take_framing_line(answer, bytes, length, &whole);
    if (!whole || answer->stage == answer_broken) return size;
    bool is_empty = answer->head[0] == '\r' || answer->head[0] == '\n';
    answer->head_size = 0;
    if (answer->stage == answer_trailer) {
        if (is_empty) answer->stage = answer_done;
    } else if (answer->stage == answer_chunk_end) {
        answer->stage = is_empty ? answer_chunk_size : answer_broken;
    } else {
        char *end;
        answer->left = strtoull(answer->head, &end, 16);
        answer->stage = end == answer->head ? answer_broken : answer->left > 0 ? answer_chunk : answer_trailer;
    }
    return size;
}

static size_t take_head(struct answer *answer, const char *bytes, size_t length) {
    size_t before = answer->head_size;
    if (before == 0) {
        size_t size = head_length(bytes, length);
        if (size > 0) {
            read_head(answer, bytes, size);
            return size;
        }
    }
    size_t room = head_bytes_max - before, part = length < room ? length : room;
    memcpy(answer->head + before, bytes, part);
    answer->head_size += part;
    size_t size = head_length(answer->head, answer->head_size);
    if (size == 0) {
        if (part < length) answer->stage = answer_broken;
        return part;
    }
    answer->head_size = 0;
    read_head(answer, answer->head, size);
    return size - before;
}

void answer_feed(struct answer *answer, const char *bytes, size_t length) {
    while (length > 0) {
        size_t taken = 0;
        switch (answer->stage) {
        case answer_head: taken = take_head(answer, bytes, length); break;
        case answer_length: taken = take_data(answer, bytes, length, answer_done); break;
        case answer_chunk: taken = take_data(answer, bytes, length, answer_chunk_end); break;
        case answer_chunk_size:
        case answer_chunk_end:
        case answer_trailer: taken = take_framing(answer, bytes, length); break;
        case answer_done: answer->stage = answer_broken; return;
        case answer_broken: return;
        }
        bytes += taken;
        length -= taken;
    }
}

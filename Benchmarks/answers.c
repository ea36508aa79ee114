#define _GNU_SOURCE
#include "answers.h"

#include "wire.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A growing text; these are made once, so plain is good enough.
struct text {
    char *bytes;
    size_t length;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *piece;
    int length = vasprintf(&piece, format, arguments);
    va_end(arguments);
    if (length < 0 || !(text->bytes = realloc(text->bytes, text->length + (size_t)length + 1)))
        die("no memory for answers");
    memcpy(text->bytes + text->length, piece, (size_t)length + 1);
    text->length += (size_t)length;
    free(piece);
}

static struct bytes finished(struct text text) { return (struct bytes){ text.bytes, text.length }; }

// The headers of the real API, so that parsing and passing them on costs a gateway what it costs there.
static const char common_headers[] = "Date: Fri, 21 Nov 2025 09:00:00 GMT\r\n"
                                     "request-id: req_011CVLcKq6nbenchbenchbench\r\n"
                                     "anthropic-organization-id: 6f2a8f0e-1111-4222-8333-bench0000000\r\n"
                                     "anthropic-ratelimit-requests-limit: 4000\r\n"
                                     "anthropic-ratelimit-requests-remaining: 3999\r\n"
                                     "anthropic-ratelimit-requests-reset: 2025-11-21T09:00:01Z\r\n"
                                     "anthropic-ratelimit-input-tokens-limit: 2000000\r\n"
                                     "anthropic-ratelimit-input-tokens-remaining: 1999000\r\n"
                                     "anthropic-ratelimit-input-tokens-reset: 2025-11-21T09:00:01Z\r\n"
                                     "anthropic-ratelimit-output-tokens-limit: 400000\r\n"
                                     "anthropic-ratelimit-output-tokens-remaining: 399000\r\n"
                                     "anthropic-ratelimit-output-tokens-reset: 2025-11-21T09:00:01Z\r\n"
                                     "strict-transport-security: max-age=31536000; includeSubDomains; preload\r\n"
                                     "x-robots-tag: none\r\n"
                                     "via: 1.1 bench\r\n";

// A message of `answer_body_bytes`, whatever stands around its text.
static struct bytes make_answer(const char *front, const char *end) {
    struct text body = { 0 };
    add(&body, "%s", front);
    static const char words[] =
        "The test fails because `load()` returns before the file is flushed.\\nFlush it first, then rename. ";
    size_t text_bytes = answer_body_bytes - body.length - strlen(end);
    while (text_bytes >= strlen(words)) {
        add(&body, "%s", words);
        text_bytes -= strlen(words);
    }
    add(&body, "%.*s%s", (int)text_bytes,
        "....................................................................................................", end);

    struct text answer = { 0 };
    add(&answer, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n%s\r\n%s", body.length,
        common_headers, body.bytes);
    free(body.bytes);
    return finished(answer);
}

static struct bytes make_message(void) {
    return make_answer(
        "{\"model\":\"claude-sonnet-4-20250514\",\"id\":\"msg_01XFDUDYJgAACzvnptvVoYEL\",\"type\":\"message\","
        "\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"",
        "\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":2095,"
        "\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":503,"
        "\"service_tier\":\"standard\"}}");
}

static struct bytes make_completion(void) {
    return make_answer(
        "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1763715600,\"model\":\"bench\","
        "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"",
        "\"},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":2095,"
        "\"completion_tokens\":503,\"total_tokens\":2598}}");
}

static void add_stream_head(struct text *text) {
    add(text,
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n"
        "Transfer-Encoding: chunked\r\n%s\r\n",
        common_headers);
}

// Each event is a chunk of its own, as the real API sends them.
static void add_event(struct text *text, const char *name, const char *data) {
    size_t length = strlen("event: \ndata: \n\n") + strlen(name) + strlen(data);
    add(text, "%zx\r\nevent: %s\ndata: %s\n\n\r\n", length, name, data);
}

// A piece of a chat completion: `delta` and whatever follows it.
static void add_chunk(struct text *text, const char *rest) {
    static const char shape[] = "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\","
                                "\"created\":1763715600,\"model\":\"bench\",\"choices\":[%s}\n\n";
    size_t length = strlen(shape) - 2 + strlen(rest);
    add(text, "%zx\r\n", length);
    add(text, shape, rest);
    add(text, "\r\n");
}

static void add_first_events(struct text *text, enum api api) {
    if (api == api_chat) {
        add_chunk(text, "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]");
        return;
    }
    add_event(text, "message_start",
              "{\"type\":\"message_start\",\"message\":{\"model\":\"claude-sonnet-4-20250514\",\"id\":\"msg_01bench\","
              "\"type\":\"message\","
              "\"role\":\"assistant\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_"
              "tokens\":2095,"
              "\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":1,\"service_tier\":"
              "\"standard\"}}}");
    add_event(text, "content_block_start",
              "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}");
}

static void add_last_events(struct text *text, enum api api) {
    if (api == api_chat) {
        add_chunk(text, "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]");
        add_chunk(text, "],\"usage\":{\"prompt_tokens\":2095,\"completion_tokens\":503,\"total_tokens\":2598}");
        add(text, "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n");
        return;
    }
    add_event(text, "content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}");
    add_event(text, "message_delta",
              "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{"
              "\"output_tokens\":503}}");
    add_event(text, "message_stop", "{\"type\":\"message_stop\"}");
    add(text, "0\r\n\r\n");
}

static struct bytes make_burst(enum api api) {
    struct text text = { 0 };
    add_stream_head(&text);
    add_first_events(&text, api);
    for (uint32_t number = 0; number < burst_event_count - framing_event_count; number++) {
        char event[event_bytes_max];
        size_t length = paced_event(event, api, number, 0);
        add(&text, "%.*s", (int)length, event);
    }
    add_last_events(&text, api);
    return finished(text);
}

size_t paced_event(char target[event_bytes_max], enum api api, uint32_t number, uint64_t made_ns) {
    // Every event of an API is equally long, so the chunk's length is known without a second pass.
    static const char message[] = "event: content_block_delta\ndata: "
                                  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\","
                                  "\"text\":\"n=%010u t=%020llu and so it goes on\"}}\n\n";
    static const char chunk[] = "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\","
                                "\"created\":1763715600,\"model\":\"bench\",\"choices\":[{\"index\":0,\"delta\":{"
                                "\"content\":\"n=%010u t=%020llu and so it goes on\"},\"finish_reason\":null}]}\n\n";
    char event[event_bytes_max];
    int length = api == api_chat ? snprintf(event, sizeof event, chunk, number, (unsigned long long)made_ns)
                                 : snprintf(event, sizeof event, message, number, (unsigned long long)made_ns);
    return (size_t)snprintf(target, event_bytes_max, "%x\r\n%s\r\n", (unsigned)length, event);
}

void answers_make(struct answers answers[api_count]) {
    for (enum api api = 0; api < api_count; api++) {
        struct text start = { 0 }, end = { 0 };
        add_stream_head(&start);
        add_first_events(&start, api);
        add_last_events(&end, api);
        answers[api] = (struct answers){ api == api_chat ? make_completion() : make_message(), make_burst(api),
                                         finished(start), finished(end) };
    }
}

#define _GNU_SOURCE
#include "request.h"

#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The key order is Claude Code's: model, messages, system, …, stream last.
static const char body_start[] = "{\"model\":\"claude-sonnet-4-20250514\",\"messages\":[";
static const char body_end[] = "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Now fix the failing "
                               "test.\",\"cache_control\":{\"type\":\"ephemeral\"}}]}],"
                               "\"system\":[{\"type\":\"text\",\"text\":\"You are a coding agent. Be brief.\"}],"
                               "\"metadata\":{\"user_id\":\"user_bench\"},\"max_tokens\":32000,\"stream\":";

// One turn of a tool loop: what most of a long conversation's bytes are, with the escapes that source code brings.
static const char *const turns[] = {
    "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Read Sources/Cache.swift and say why the test "
    "\\\"evicts oldest\\\" fails.\"}]},",
    "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"I look at the file "
    "first.\"},{\"type\":\"tool_use\",\"id\":\"toolu_01A09q90qw90lq917835lq9\","
    "\"name\":\"Read\",\"input\":{\"file_path\":\"/home/dev/cache/Sources/"
    "Cache.swift\",\"offset\":120,\"limit\":40}}]},",
    "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_01A09q90qw90lq917835lq9\","
    "\"content\":"
    "\"   120\\tfunc evict(_ key: String) {\\n   121\\t    guard let entry = entries[key] else { return }\\n   122\\t  "
    "  // the oldest goes first \\u2014 see \\\"order\\\"\\n"
    "   123\\t    order.removeAll { $0 == key }\\n   124\\t    bytes -= entry.count\\n   "
    "125\\t}\\n\",\"is_error\":false}]},",
};

static const char padding_start[] = "{\"role\":\"user\",\"content\":\"";
static const char padding_end[] = "\"},";

static size_t append(char *target, size_t at, const char *text) {
    size_t length = strlen(text);
    memcpy(target + at, text, length);
    return at + length;
}

static void fill_body(char *target, size_t size, bool stream) {
    const char *last = stream ? "true}" : "false}";
    size_t end = size - strlen(body_end) - strlen(last);
    size_t padding_size = strlen(padding_start) + strlen(padding_end);
    size_t at = append(target, 0, body_start);
    for (size_t turn = 0; at + strlen(turns[turn % 3]) + padding_size <= end; turn++)
        at = append(target, at, turns[turn % 3]);
    at = append(target, at, padding_start);
    while (at < end - strlen(padding_end)) target[at++] = 'x';
    at = append(target, at, padding_end);
    at = append(target, at, body_end);
    append(target, at, last);
}

struct request request_make(const struct request_options *options) {
    if (options->body_bytes < body_bytes_min) die("a body has at least %d bytes", body_bytes_min);
    char *head;
    int length = asprintf(
        &head,
        "POST %s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
        "User-Agent: claude-cli/2.1.329 (external, cli)\r\nX-Claude-Code-Session-Id: "
        "5a6e1b8e-0000-4000-8000-00000000beac\r\n"
        "X-Stainless-Arch: x64\r\nX-Stainless-Lang: js\r\nX-Stainless-OS: Linux\r\nX-Stainless-Package-Version: "
        "0.128.0\r\n"
        "X-Stainless-Retry-Count: 0\r\nX-Stainless-Runtime: node\r\nX-Stainless-Timeout: 600\r\n"
        "anthropic-version: 2023-06-01\r\nanthropic-beta: claude-code-20250219,interleaved-thinking-2025-05-14\r\n"
        "x-app: cli\r\nx-api-key: sk-ant-bench-not-a-key\r\n%sContent-Length: %zu\r\n\r\n",
        options->path, options->authority, options->extra_headers, options->body_bytes);
    struct request request = { .head_size = (size_t)length, .size = (size_t)length + options->body_bytes };
    if (length < 0 || !(request.bytes = malloc(request.size))) die("no memory for a request");
    memcpy(request.bytes, head, request.head_size);
    free(head);
    fill_body(request.bytes + request.head_size, options->body_bytes, options->stream);
    return request;
}

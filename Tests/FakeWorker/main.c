// A worker for tests of the host side: speaks the frames, and does as the path in its request says, also what no worker may
// do. Nothing of the real one is in it.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int take(void *to, size_t count) {
    for (char *at = to; count > 0;) {
        ssize_t got = read(3, at, count);
        if (got <= 0) return 0;
        at += got;
        count -= (size_t)got;
    }
    return 1;
}

static void give(const void *from, size_t count) {
    for (const char *at = from; count > 0;) {
        ssize_t put = write(3, at, count);
        if (put <= 0) _exit(1);
        at += put;
        count -= (size_t)put;
    }
}

static void reply(const char *json) {
    uint32_t head[2] = {(uint32_t)strlen(json), 0};
    give(head, sizeof head);
    give(json, head[0]);
}

#define HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

int main(void) {
    static int count;
    uint32_t head[2];
    while (take(head, sizeof head)) {
        char *json = calloc(1, (size_t)head[0] + 1);
        if (!json || !take(json, head[0])) return 1;
        char text[1024];
        count++;
        if (strstr(json, "/die")) _exit(3);
        if (strstr(json, "/slow")) sleep(600);
        if (strstr(json, "/huge")) {
            uint32_t large[2] = {UINT32_MAX, 0};
            give(large, sizeof large);
            sleep(600);
        }
        if (strstr(json, "/garbage")) {
            reply("{\"is_error\":");
            sleep(600);
        }
        if (strstr(json, "/shape")) {
            reply("{\"is_error\":false,\"content\":[{\"type\":\"script\"}]}");
            continue;
        }
        if (strstr(json, "/twice")) {
            const char *small = "{\"is_error\":false}";
            uint32_t pair[2] = {(uint32_t)strlen(small), 0};
            char both[128];
            size_t one = sizeof pair + strlen(small);
            memcpy(both, pair, sizeof pair);
            memcpy(both + sizeof pair, small, strlen(small));
            memcpy(both + one, both, one);
            give(both, 2 * one);
            continue;
        }
        if (strstr(json, "/missing")) {
            reply("{\"is_error\":true,\"code\":\"not_found\",\"content\":[{\"type\":\"text\",\"text\":\"no such file\"}]}");
            continue;
        }
        int knows = strstr(json, "\"known\":{\"/") != NULL;
        if (strstr(json, "/unread") && strstr(json, "\"Edit\"") && !knows) {
            reply("{\"is_error\":true,\"code\":\"not_read\",\"content\":[{\"type\":\"text\",\"text\":\"not read\"}]}");
            continue;
        }
        const char *path = strstr(json, "\"file_path\":\"");
        char *end = path ? strchr(path + 13, '"') : NULL;
        if (end) *end = 0;
        path = end ? path + 13 : "/";
        // What it knows of, who it is, and how many requests it has had.
        snprintf(text, sizeof text,
                 "{\"is_error\":false,\"content\":[{\"type\":\"text\",\"text\":\"call %d of %d, %s\\u001b[31m\"}],"
                 "\"structured\":{\"numLines\":%d},\"seen\":[{\"path\":\"%.400s\",\"hash\":\"" HASH "\",\"whole\":true}]}",
                 count, (int)getpid(), knows ? "known" : "nothing known", count, path);
        reply(text);
        free(json);
    }
    return 0;
}

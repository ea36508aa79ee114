#define _GNU_SOURCE
#include "client.h"
#include "load.h"
#include "samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>

enum {
    stuck_seconds = 10, // no news at all for so long ends the run
    consecutive_errors_max = 1000,
};

struct run {
    struct target target;
    struct request request;
    struct expectation expectation;
    uint64_t counts_from_ns, ends_ns, requests_left;
    uint64_t answers, all_answers; // all: with those of the warm-up
    uint64_t errors, consecutive_errors;
    bool is_bounded, is_over;
    struct samples latency, first_event;
};

static void begin(struct run *run, struct client *client);

static void fail(struct run *run, struct client *client, const char *what) {
    client_complain(client, what);
    run->errors++;
    if (++run->consecutive_errors > consecutive_errors_max) run->is_over = true;
    client_close(client, true);
    if (!run->is_over) begin(run, client);
}

static void begin(struct run *run, struct client *client) {
    if (run->is_bounded && run->requests_left == 0) {
        client_close(client, false);
        return;
    }
    run->requests_left--;
    if (client->fd < 0 && !client_connect(client, &run->target)) die("cannot connect to port %u", run->target.port);
    if (client_start(client, &run->target, &run->request, run->request.size) == client_lost)
        fail(run, client, "connection lost while sending");
}

static void count_answer(struct run *run, struct client *client) {
    uint64_t now = client->answer.received_ns;
    if (!client_answer_is(client, &run->expectation)) {
        fail(run, client, "wrong answer");
        return;
    }
    run->consecutive_errors = 0;
    run->all_answers++;
    if (client->started_ns >= run->counts_from_ns) {
        run->answers++;
        samples_add(&run->latency, now - client->started_ns);
        if (client->first_event_ns) samples_add(&run->first_event, client->first_event_ns - client->started_ns);
    }
    if (client->answer.closes || client->sent < client->request->size) client_close(client, false);
    begin(run, client);
}

static size_t open_clients(const struct client *clients, size_t count) {
    size_t open = 0;
    for (size_t index = 0; index < count; index++) open += clients[index].fd >= 0;
    return open;
}

static void loop(struct run *run, const struct client *clients, size_t count) {
    while (!run->is_over) {
        struct epoll_event ready[256];
        int ready_count = epoll_wait(run->target.epoll_fd, ready, 256, stuck_seconds * 1000);
        if (ready_count == 0) {
            size_t stuck = open_clients(clients, count);
            fprintf(stderr, "load: %zu requests had no answer for %d s\n", stuck, stuck_seconds);
            run->errors += stuck;
            return;
        }
        for (int index = 0; index < ready_count; index++) {
            struct client *client = ready[index].data.ptr;
            enum client_news news = client_continue(client, &run->target, ready[index].events);
            if (news == client_has_answer) count_answer(run, client);
            else if (news == client_lost) fail(run, client, "connection lost");
        }
        if (!run->is_bounded && now_ns() >= run->ends_ns) return;
        if (run->is_bounded && run->requests_left == 0 && open_clients(clients, count) == 0) return;
    }
}

int load_closed(const struct options *options) {
    char authority[32], headers[96] = "";
    snprintf(authority, sizeof authority, "127.0.0.1:%u", options->port);
    if (options->pace > 0)
        snprintf(headers, sizeof headers, "x-bench-pace: %u\r\nx-bench-events: %u\r\n", options->pace, options->events);
    struct request_options wanted = { options->body_bytes, options->stream, options->path, authority, headers };
    uint32_t events = !options->stream    ? 0
                      : options->pace > 0 ? options->events + framing_event_count
                                          : burst_event_count;
    struct run run = {
        .target = { options->port, epoll_create1(EPOLL_CLOEXEC) },
        .request = request_make(&wanted),
        .expectation = { .body_bytes = options->any_answer || options->stream ? 0 : answer_body_bytes,
                         .events = events },
        .requests_left = options->requests,
        .is_bounded = options->requests > 0,
    };
    struct client *clients = calloc(options->connections, sizeof *clients);
    if (!clients || run.target.epoll_fd < 0) die("cannot set up");
    uint64_t start = now_ns();
    run.counts_from_ns = start + (run.is_bounded ? 0 : (uint64_t)(options->warm_up * 1e9));
    run.ends_ns = run.counts_from_ns + (uint64_t)(options->seconds * 1e9);
    for (size_t index = 0; index < options->connections; index++) {
        clients[index].fd = -1;
        begin(&run, &clients[index]);
    }
    loop(&run, clients, options->connections);
    double seconds = (double)(now_ns() - run.counts_from_ns) / 1e9;
    printf("{\"answers\":%llu,\"all_answers\":%llu,\"errors\":%llu,\"seconds\":%.3f,\"per_second\":%.1f,",
           (unsigned long long)run.answers, (unsigned long long)run.all_answers, (unsigned long long)run.errors,
           seconds, (double)run.answers / seconds);
    samples_print(&run.latency, "latency");
    printf(",");
    samples_print(&run.first_event, "first_event");
    printf("}\n");
    return run.errors > 0 || run.answers == 0;
}

#define _GNU_SOURCE
#include "client.h"
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>

enum {
    leave_wait_us_max = 4000, // how long a leaving client waits at most
    upstream_delay_ms = 20,   // the upstream answers later than any of them waits
    stream_pace = 500,
    stream_events = 60,
    stuck_seconds = 15,
    errors_max = 1000,  // then the gateway is broken or gone, and the run ends
    retry_ns = 2000000, // when the system has no free port: they come back after a second
};

enum ending { ending_stays, ending_in_upload, ending_while_waiting, ending_in_stream, ending_count };
static const char *const ending_names[ending_count] = { "stayed", "left_in_upload", "left_while_waiting",
                                                        "left_in_stream" };

static const size_t sizes[] = { 2000, 50000, 300000 };
enum { size_count = 3 };

// Made once: every size as plain, burst-stream, delayed and paced request.
enum shape { shape_plain, shape_burst, shape_delayed, shape_paced, shape_count };

struct visitor {
    struct client client; // first: a client is its visitor
    enum ending ending;
    enum shape shape;
    bool abruptly;
};

struct run {
    struct target target;
    struct timers timers;
    struct request requests[size_count][shape_count];
    uint64_t random, requests_left, begun, stuck, errors, answered_early;
    uint64_t ended[ending_count], with_reset, with_fin;
    size_t active;
};

// xorshift64*: the same seed gives the same million requests.
static uint64_t random_below(struct run *run, uint64_t bound) {
    run->random ^= run->random >> 12;
    run->random ^= run->random << 25;
    run->random ^= run->random >> 27;
    return (run->random * 2685821657736338717u >> 33) % bound;
}

// Most requests of an agent are small or middling, few are huge.
static const struct request *choose_request(struct run *run, enum shape shape) {
    uint64_t dice = random_below(run, 20);
    return &run->requests[dice < 15 ? 0 : dice < 19 ? 1 : 2][shape];
}

static void begin(struct run *run, struct visitor *visitor);

static void ended(struct run *run, struct visitor *visitor) {
    run->ended[visitor->ending]++;
    timers_cancel(&run->timers, &visitor->client.timer);
    begin(run, visitor);
}

static void leave(struct run *run, struct visitor *visitor) {
    if (visitor->abruptly) run->with_reset++;
    else run->with_fin++;
    client_close(&visitor->client, visitor->abruptly);
    ended(run, visitor);
}

static void complain(struct run *run, struct visitor *visitor, const char *what) {
    client_complain(&visitor->client, what);
    if (++run->errors >= errors_max) run->requests_left = 0;
    client_close(&visitor->client, true);
}

static void fail(struct run *run, struct visitor *visitor, const char *what) {
    complain(run, visitor, what);
    ended(run, visitor);
}

static void choose(struct run *run, struct visitor *visitor) {
    static const enum ending leaving[] = { ending_in_upload, ending_while_waiting, ending_in_stream };
    visitor->ending = random_below(run, 2) ? ending_stays : leaving[random_below(run, 3)];
    visitor->abruptly = random_below(run, 2);
    switch (visitor->ending) {
    case ending_while_waiting: visitor->shape = shape_delayed; break;
    case ending_in_stream: visitor->shape = shape_paced; break;
    case ending_in_upload: visitor->shape = shape_plain; break;
    default: visitor->shape = random_below(run, 4) ? shape_plain : shape_burst; break;
    }
}

static void wait_then_leave(struct run *run, struct visitor *visitor, uint64_t least_us) {
    timers_set(&run->timers, &visitor->client.timer,
               now_ns() + (least_us + random_below(run, leave_wait_us_max)) * 1000);
}

static void begin(struct run *run, struct visitor *visitor) {
    if (run->requests_left == 0) {
        client_close(&visitor->client, false);
        run->active--;
        return;
    }
    if (visitor->client.fd < 0 && !client_connect(&visitor->client, &run->target)) {
        timers_set(&run->timers, &visitor->client.timer, now_ns() + retry_ns);
        return;
    }
    run->requests_left--;
    run->begun++;
    choose(run, visitor);
    const struct request *request = choose_request(run, visitor->shape);
    size_t limit = request->size;
    // Anywhere: in the head, at its end, in the body.
    if (visitor->ending == ending_in_upload)
        limit = 1 + random_below(run, random_below(run, 4) ? request->size - 1 : request->head_size);
    enum client_news news = client_start(&visitor->client, &run->target, request, limit);
    if (news == client_lost) {
        // Not at once again: nobody may be there any more, and then this would never come back.
        complain(run, visitor, "connection lost while sending");
        timers_set(&run->timers, &visitor->client.timer, now_ns() + retry_ns);
        return;
    }
    if (visitor->ending == ending_in_upload) wait_then_leave(run, visitor, 0);
    if (visitor->ending == ending_while_waiting) wait_then_leave(run, visitor, 0);
    // Long enough for its first events to come, too short for its last.
    if (visitor->ending == ending_in_stream) wait_then_leave(run, visitor, 3000);
}

static void take_answer(struct run *run, struct visitor *visitor) {
    struct expectation expectation = { .body_bytes = answer_body_bytes };
    if (visitor->shape == shape_burst) expectation = (struct expectation){ .events = burst_event_count };
    if (visitor->ending != ending_stays) {
        // It wanted to leave and was too slow: on a loaded machine the answer may win. Nothing is wrong with that if
        // the answer is good; an upload that was never finished cannot be answered well.
        if (visitor->ending == ending_in_upload || visitor->client.answer.status != 200) {
            fail(run, visitor, "unexpected answer");
            return;
        }
        run->answered_early++;
    } else if (!client_answer_is(&visitor->client, &expectation)) {
        fail(run, visitor, "wrong answer");
        return;
    }
    if (visitor->client.answer.closes) client_close(&visitor->client, false);
    ended(run, visitor);
}

static void expire(struct run *run, struct visitor *visitor) {
    if (visitor->client.fd < 0) begin(run, visitor);
    else leave(run, visitor);
}

static void loop(struct run *run) {
    while (run->active > 0) {
        struct epoll_event ready[256];
        timers_arm(&run->timers);
        int ready_count = epoll_wait(run->target.epoll_fd, ready, 256, stuck_seconds * 1000);
        if (ready_count == 0) {
            fprintf(stderr, "load: %zu clients had no answer for %d s\n", run->active, stuck_seconds);
            run->stuck = run->active;
            return;
        }
        for (int index = 0; index < ready_count; index++) {
            if (ready[index].data.ptr == &run->timers) {
                timers_acknowledge(&run->timers);
                continue;
            }
            struct visitor *visitor = ready[index].data.ptr;
            enum client_news news = client_continue(&visitor->client, &run->target, ready[index].events);
            if (news == client_has_answer) take_answer(run, visitor);
            else if (news == client_lost) fail(run, visitor, "connection lost");
        }
        for (struct timer *timer; (timer = timers_pop(&run->timers, now_ns()));) expire(run, (struct visitor *)timer);
    }
}

static void make_requests(struct run *run, const struct options *options, const char *authority) {
    char delay[64], pace[96];
    snprintf(delay, sizeof delay, "x-bench-delay: %d\r\n", upstream_delay_ms);
    snprintf(pace, sizeof pace, "x-bench-pace: %d\r\nx-bench-events: %d\r\n", stream_pace, stream_events);
    const char *const headers[shape_count] = { "", "", delay, pace };
    for (size_t size = 0; size < size_count; size++) {
        for (size_t shape = 0; shape < shape_count; shape++) {
            struct request_options wanted = { sizes[size], shape == shape_burst || shape == shape_paced, options->path,
                                              authority, headers[shape] };
            run->requests[size][shape] = request_make(&wanted);
        }
    }
}

int load_churn(const struct options *options) {
    char authority[32];
    snprintf(authority, sizeof authority, "127.0.0.1:%u", options->port);
    struct run run = { .target = { options->port, epoll_create1(EPOLL_CLOEXEC) },
                       .random = options->seed * 2 + 1,
                       .requests_left = options->requests,
                       .active = options->connections };
    make_requests(&run, options, authority);
    timers_open(&run.timers);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = &run.timers };
    struct visitor *visitors = calloc(options->connections, sizeof *visitors);
    if (!visitors || epoll_ctl(run.target.epoll_fd, EPOLL_CTL_ADD, run.timers.fd, &event) != 0) die("cannot set up");
    uint64_t start = now_ns();
    for (size_t index = 0; index < options->connections; index++) {
        visitors[index].client.fd = -1;
        begin(&run, &visitors[index]);
    }
    loop(&run);
    double seconds = (double)(now_ns() - start) / 1e9;
    printf("{\"requests\":%llu,\"seconds\":%.2f,\"per_second\":%.0f,\"errors\":%llu,\"stuck\":%llu,\"answered_early\":%"
           "llu,\"resets\":%llu,\"fins\":%llu",
           (unsigned long long)run.begun, seconds, (double)run.begun / seconds, (unsigned long long)run.errors,
           (unsigned long long)run.stuck, (unsigned long long)run.answered_early, (unsigned long long)run.with_reset,
           (unsigned long long)run.with_fin);
    for (size_t ending = 0; ending < ending_count; ending++)
        printf(",\"%s\":%llu", ending_names[ending], (unsigned long long)run.ended[ending]);
    printf("}\n");
    return run.errors > 0 || run.stuck > 0;
}

#define _GNU_SOURCE
#include "client.h"
#include "load.h"
#include "samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum { patience_seconds = 15 }; // beyond the time that the pace asks for

// A stream and what it has seen. Dies with the process.
struct stream {
    struct client client; // first: a client is its stream
    struct run *run;
    uint32_t next; // the number of the text event that must come next
    bool is_disordered, is_done;
};

struct run {
    struct target target;
    struct request request;
    struct timers timers;
    uint32_t events;
    size_t streams, done, failed;
    struct samples lateness, first_quarter, last_quarter, first_event;
};

// A text event carries its number and the time it was made: "n=0000000012 t=00000123456789012345".
static void read_event(void *context, const char *line, size_t length) {
    struct stream *stream = context;
    struct run *run = stream->run;
    const char *mark = memmem(line, length, "\"text\":\"n=", 10);
    if (!mark) return;
    char *end;
    uint32_t number = (uint32_t)strtoul(mark + 10, &end, 10);
    if (number != stream->next || strncmp(end, " t=", 3) != 0) {
        stream->is_disordered = true;
        return;
    }
    stream->next++;
    uint64_t made = strtoull(end + 3, NULL, 10), received = stream->client.answer.received_ns;
    uint64_t late = received > made ? received - made : 0;
    samples_add(&run->lateness, late);
    if (number < run->events / 4) samples_add(&run->first_quarter, late);
    if (number >= run->events - run->events / 4) samples_add(&run->last_quarter, late);
}

static void end(struct run *run, struct stream *stream, const char *trouble) {
    if (stream->is_done) return;
    stream->is_done = true;
    run->done++;
    if (trouble) {
        client_complain(&stream->client, trouble);
        run->failed++;
    }
    client_close(&stream->client, false);
}

static void begin(struct run *run, struct stream *stream) {
    if (!client_connect(&stream->client, &run->target)) {
        end(run, stream, "cannot connect");
    } else if (client_start(&stream->client, &run->target, &run->request, run->request.size) == client_lost) {
        end(run, stream, "connection lost while sending");
    }
}

static void finish(struct run *run, struct stream *stream) {
    struct client *client = &stream->client;
    bool is_whole = client->answer.status == 200 && client->answer.saw_last_event && stream->next == run->events
                    && !stream->is_disordered;
    if (client->first_event_ns) samples_add(&run->first_event, client->first_event_ns - client->started_ns);
    end(run, stream, is_whole ? NULL : stream->is_disordered ? "events out of order" : "events are missing");
}

static void loop(struct run *run, uint64_t deadline_ns) {
    while (run->done < run->streams && now_ns() < deadline_ns) {
        struct epoll_event ready[256];
        timers_arm(&run->timers);
        int ready_count = epoll_wait(run->target.epoll_fd, ready, 256, 1000);
        for (int index = 0; index < ready_count; index++) {
            if (ready[index].data.ptr == &run->timers) {
                timers_acknowledge(&run->timers);
                continue;
            }
            struct stream *stream = ready[index].data.ptr;
            enum client_news news = client_continue(&stream->client, &run->target, ready[index].events);
            if (news == client_has_answer) finish(run, stream);
            else if (news == client_lost) end(run, stream, "connection lost");
        }
        for (struct timer *timer; (timer = timers_pop(&run->timers, now_ns()));) begin(run, (struct stream *)timer);
    }
}

static void print(struct run *run, uint32_t pace) {
    uint64_t interval_ns = 1000000000u / pace;
    uint64_t last = samples_percentile(&run->last_quarter, 0.5);
    // Behind is who is later than the next event is due, or who lost events. A gateway that cannot keep the pace gets
    // later and later, so the last quarter tells.
    bool is_behind = run->failed > 0 || run->done < run->streams || last > interval_ns;
    printf("{\"streams\":%zu,\"whole\":%zu,\"failed\":%zu,\"unfinished\":%zu,\"fell_behind\":%s,", run->streams,
           run->done - run->failed, run->failed, run->streams - run->done, is_behind ? "true" : "false");
    samples_print(&run->lateness, "lateness");
    printf(",\"lateness_first_quarter_p50\":%.1f,\"lateness_last_quarter_p50\":%.1f,",
           (double)samples_percentile(&run->first_quarter, 0.5) / 1000, (double)last / 1000);
    samples_print(&run->first_event, "first_event");
    printf("}\n");
}

int load_streams(const struct options *options) {
    if (options->pace == 0 || options->events < 4) die("streams need --pace and at least 4 --events");
    char authority[32], headers[96];
    snprintf(authority, sizeof authority, "127.0.0.1:%u", options->port);
    snprintf(headers, sizeof headers, "x-bench-pace: %u\r\nx-bench-events: %u\r\n", options->pace, options->events);
    struct request_options wanted = { options->body_bytes, true, options->path, authority, headers };
    struct run run = { .target = { options->port, epoll_create1(EPOLL_CLOEXEC) },
                       .request = request_make(&wanted),
                       .events = options->events,
                       .streams = options->connections };
    timers_open(&run.timers);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = &run.timers };
    struct stream *streams = calloc(run.streams, sizeof *streams);
    if (!streams || epoll_ctl(run.target.epoll_fd, EPOLL_CTL_ADD, run.timers.fd, &event) != 0) die("cannot set up");
    // Started over one second, so that their events are spread over time as those of independent users are.
    uint64_t start = now_ns();
    for (size_t index = 0; index < run.streams; index++) {
        streams[index].run = &run;
        streams[index].client.fd = -1;
        streams[index].client.answer.on_data_line = read_event;
        streams[index].client.answer.context = &streams[index];
        timers_set(&run.timers, &streams[index].client.timer, start + index * 1000000000u / run.streams);
    }
    loop(&run, start + (uint64_t)(1 + options->events / options->pace + patience_seconds) * 1000000000u);
    print(&run, options->pace);
    return run.failed > 0 || run.done < run.streams;
}

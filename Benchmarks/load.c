// The load program.
//
//     load closed  --port P [--connections 64] [--seconds 2 | --requests N] [--body 2000] [--stream [--pace N --events
//     M]] load streams --port P [--connections 1000] [--pace 20] [--events 200] load churn   --port P [--connections
//     64] [--requests 20000] [--seed 1] load runs    [--count 20] -- COMMAND ARGS… load ready   --port P [--count 20]
//     -- COMMAND ARGS…
//
// Times in the results are microseconds.
#define _GNU_SOURCE
#include "load.h"

#include "wire.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int (*run)(const struct options *);
    struct options defaults;
} modes[] = {
    { "closed", load_closed, { .connections = 64, .seconds = 2, .warm_up = 0.3, .body_bytes = 2000 } },
    { "streams", load_streams, { .connections = 1000, .pace = 20, .events = 200, .body_bytes = 2000, .stream = true } },
    { "churn", load_churn, { .connections = 64, .requests = 20000, .seed = 1 } },
    { "runs", load_runs, { .count = 20 } },
    { "ready", load_ready, { .count = 20 } },
};

static _Noreturn void wrong_call(void) {
    fprintf(stderr, "usage: load closed|streams|churn|runs|ready [--port P] …: see the head of load.c\n");
    exit(2);
}

static double number(const char *text) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end != 0 || value < 0) {
        fprintf(stderr, "load: \"%s\" is not a number\n", text);
        exit(2);
    }
    return value;
}

static void parse(struct options *options, int count, char **arguments) {
    static const struct option flags[] = {
        { "port", 1, 0, 'p' },       { "path", 1, 0, 'P' },    { "connections", 1, 0, 'c' }, { "seconds", 1, 0, 's' },
        { "requests", 1, 0, 'n' },   { "warm-up", 1, 0, 'w' }, { "body", 1, 0, 'b' },        { "stream", 0, 0, 'S' },
        { "any-answer", 0, 0, 'a' }, { "pace", 1, 0, 'r' },    { "events", 1, 0, 'e' },      { "seed", 1, 0, 'x' },
        { "count", 1, 0, 'k' },      { 0, 0, 0, 0 },
    };
    for (int flag; (flag = getopt_long(count, arguments, "+", flags, NULL)) != -1;) {
        switch (flag) {
        case 'p': options->port = (uint16_t)number(optarg); break;
        case 'P': options->path = optarg; break;
        case 'c': options->connections = (size_t)number(optarg); break;
        case 's': options->seconds = number(optarg); break;
        case 'n': options->requests = (uint64_t)number(optarg); break;
        case 'w': options->warm_up = number(optarg); break;
        case 'b': options->body_bytes = (size_t)number(optarg); break;
        case 'S': options->stream = true; break;
        case 'a': options->any_answer = true; break;
        case 'r': options->pace = (uint32_t)number(optarg); break;
        case 'e': options->events = (uint32_t)number(optarg); break;
        case 'x': options->seed = (uint64_t)number(optarg); break;
        case 'k': options->count = (unsigned)number(optarg); break;
        default: wrong_call();
        }
    }
    if (optind < count) options->command = arguments + optind;
}

int main(int count, char **arguments) {
    signal(SIGPIPE, SIG_IGN);
    for (size_t index = 0; count > 1 && index < sizeof modes / sizeof *modes; index++) {
        if (strcmp(arguments[1], modes[index].name) != 0) continue;
        struct options options = modes[index].defaults;
        options.path = "/v1/messages?beta=true";
        parse(&options, count - 1, arguments + 1);
        // What a command of ours inherits must stay what a user's shell gives it.
        if (options.command == NULL) raise_descriptor_limit();
        errno = 0;
        return modes[index].run(&options);
    }
    wrong_call();
}

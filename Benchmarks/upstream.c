// A stand-in for the Anthropic API, fast enough not to be what a benchmark measures: one thread, one epoll.
//
//     upstream [PORT]          prints "listening PORT" and serves 127.0.0.1:PORT (0, the default: any free port)
//
// POST of any path reads the whole body (content-length) and answers
//   - a fixed message of 1.4 kB, or
//   - 200 events as fast as they go out, when the body has `"stream":true` among its last 256 bytes (where agents
//     write it), the path has `stream=burst` or a header x-bench-stream is there, or
//   - with the header x-bench-pace: N (events a second) and x-bench-events: M a stream of M text events at that pace,
//     each carrying its number and the time it was made, or
//   - with the header x-bench-delay: MS any of these that much later.
// GET /stats answers what the server has seen, as JSON; any other GET answers "ok".
#define _GNU_SOURCE
#include "upstream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct upstream upstream;

static void accept_all(int listener) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && errno == EAGAIN) return;
        if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
        if (fd < 0) die("accept4");
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *connection = malloc(sizeof *connection);
        if (!connection) die("no memory for a connection");
        // Everything but the 16 kB of the head, which is never read beyond what was written.
        memset(connection, 0, offsetof(struct connection, head));
        connection->fd = fd;
        struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP, .data.ptr = connection };
        if (epoll_ctl(upstream.epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
        upstream.stats.accepted++;
        upstream.stats.open++;
    }
}

static int open_listener(uint16_t port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    if (fd < 0) die("socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) die("bind 127.0.0.1:%u", port);
    if (listen(fd, 4096) != 0) die("listen");
    socklen_t length = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0) die("getsockname");
    printf("listening %u\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static void run_timers(void) {
    uint64_t now = now_ns();
    for (struct timer *timer; (timer = timers_pop(&upstream.timers, now));) {
        connection_expire((struct connection *)timer);
    }
}

int main(int count, char **arguments) {
    raise_descriptor_limit();
    signal(SIGPIPE, SIG_IGN);
    answers_make(upstream.answers);
    timers_open(&upstream.timers);
    upstream.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (upstream.epoll_fd < 0) die("epoll_create1");
    int listener = open_listener((uint16_t)(count > 1 ? strtoul(arguments[1], NULL, 10) : 0));
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
    if (epoll_ctl(upstream.epoll_fd, EPOLL_CTL_ADD, listener, &event) != 0) die("epoll_ctl");
    event.data.ptr = &upstream.timers;
    if (epoll_ctl(upstream.epoll_fd, EPOLL_CTL_ADD, upstream.timers.fd, &event) != 0) die("epoll_ctl");
    for (;;) {
        struct epoll_event ready[256];
        timers_arm(&upstream.timers);
        int ready_count = epoll_wait(upstream.epoll_fd, ready, 256, -1);
        if (ready_count < 0 && errno != EINTR) die("epoll_wait");
        bool timers_due = false;
        for (int index = 0; index < ready_count; index++) {
            if (ready[index].data.ptr == NULL) accept_all(listener);
            else if (ready[index].data.ptr == &upstream.timers) timers_due = true;
            else connection_serve(ready[index].data.ptr, ready[index].events);
        }
        // After the sockets: a timer may close a connection that an event of this batch still points to.
        if (timers_due) {
            timers_acknowledge(&upstream.timers);
            run_timers();
        }
    }
}

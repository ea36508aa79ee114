#define _GNU_SOURCE
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static char scratch[scratch_bytes];

bool client_connect(struct client *client, const struct target *target) {
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (client->fd < 0) return false;
    int on = 1;
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(target->port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    client->wants_write = client->is_busy = false;
    struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP, .data.ptr = client };
    if ((connect(client->fd, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS)
        || epoll_ctl(target->epoll_fd, EPOLL_CTL_ADD, client->fd, &event) != 0) {
        client_close(client, true);
        return false;
    }
    return true;
}

static void watch(struct client *client, const struct target *target, bool write) {
    if (client->wants_write == write) return;
    client->wants_write = write;
    struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP | (write ? EPOLLOUT : 0u), .data.ptr = client };
    if (epoll_ctl(target->epoll_fd, EPOLL_CTL_MOD, client->fd, &event) != 0) die("epoll_ctl");
}

static enum client_news send_more(struct client *client, const struct target *target) {
    while (client->sent < client->send_limit) {
        ssize_t count =
            send(client->fd, client->request->bytes + client->sent, client->send_limit - client->sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) { // full, or not yet connected
            watch(client, target, true);
            return client_waits;
        }
        if (count < 0) return client_lost;
        client->sent += (size_t)count;
    }
    watch(client, target, false);
    return client_sent_limit;
}

enum client_news client_start(struct client *client, const struct target *target, const struct request *request,
                              size_t limit) {
    client->request = request;
    client->sent = 0;
    client->send_limit = limit;
    client->is_busy = true;
    client->first_event_ns = 0;
    answer_begin(&client->answer);
    client->started_ns = now_ns();
    return send_more(client, target);
}

static enum client_news receive(struct client *client) {
    for (;;) {
        ssize_t count = recv(client->fd, scratch, sizeof scratch, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return client_waits;
        if (count <= 0 || !client->is_busy) return client_lost;
        client->answer.received_ns = now_ns();
        answer_feed(&client->answer, scratch, (size_t)count);
        if (client->first_event_ns == 0 && client->answer.events > 0)
            client->first_event_ns = client->answer.received_ns;
        if (client->answer.stage == answer_broken) return client_lost;
        if (client->answer.stage == answer_done) {
            client->is_busy = false;
            return client_has_answer;
        }
        if ((size_t)count < sizeof scratch) return client_waits;
    }
}

enum client_news client_continue(struct client *client, const struct target *target, uint32_t events) {
    enum client_news news = client_waits;
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) news = receive(client);
    if (news != client_waits || !(events & EPOLLOUT)) return news;
    return send_more(client, target);
}

void client_close(struct client *client, bool abruptly) {
    if (client->fd < 0) return;
    struct linger none = { .l_onoff = 1, .l_linger = 0 };
    if (abruptly) setsockopt(client->fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    close(client->fd);
    client->fd = -1;
}

bool client_answer_is(const struct client *client, const struct expectation *expectation) {
    const struct answer *answer = &client->answer;
    if (answer->stage != answer_done || answer->status != 200) return false;
    if (expectation->events > 0)
        return answer->is_stream && answer->saw_last_event && answer->events == expectation->events;
    return expectation->body_bytes == 0 || answer->body_bytes == expectation->body_bytes;
}

void client_complain(const struct client *client, const char *what) {
    enum { complaints_max = 5 };
    static int complaints = 0;
    if (complaints++ >= complaints_max) return;
    fprintf(stderr, "load: %s: status %d, %llu bytes of body, %u events, %zu of %zu bytes sent\n", what,
            client->answer.status, (unsigned long long)client->answer.body_bytes, client->answer.events, client->sent,
            client->send_limit);
}

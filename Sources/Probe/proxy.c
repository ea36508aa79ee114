// At the way out: what is said to the proxy that reaches granted hosts, so that it reaches others.
#define _GNU_SOURCE 1
#include "probe.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// Who refuses does so at once; who says nothing for so long is asking somebody.
enum { patience_milliseconds = 700 };

// \r, \n, \0 and \\ stand for what they do in C: arguments hold no zero.
static size_t unescape(const char *text, char *room, size_t size) {
    size_t count = 0;
    for (; *text && count < size; text++) {
        char letter = *text;
        if (letter == '\\' && text[1]) {
            text++;
            letter = *text == 'r' ? '\r' : *text == 'n' ? '\n' : *text == '0' ? 0 : *text;
        }
        room[count++] = letter;
    }
    return count;
}

static int send_text(int fd, const char *text) {
    char room[4096];
    size_t count = unescape(text, room, sizeof room);
    return send(fd, room, count, MSG_NOSIGNAL) == (ssize_t)count ? 0 : errno ? errno : EIO;
}

// 0 where it goes to ask somebody: it says yes, it says that nobody was to be had there, or nothing at all.
static int answer(int fd) {
    char line[512] = "";
    struct pollfd waiting = {fd, POLLIN, 0};
    if (poll(&waiting, 1, patience_milliseconds) <= 0) {
        note("no answer yet");
        return 0;
    }
    ssize_t count = recv(fd, line, sizeof line - 1, 0);
    if (count < 0) return errno;
    line[strcspn(line, "\r\n")] = 0;
    note("%s", count ? line : "it hung up");
    int status = 0;
    if (sscanf(line, "HTTP/1.%*d %d", &status) != 1) return ECONNRESET;
    return status / 100 == 2 || status == 502 || status == 504 ? 0 : EACCES;
}

static int connected(const char *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)number(port))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
    if (fd >= 0) note("there is no proxy");
    return -1;
}

static int ask(char **a) {
    int fd = connected(a[0]);
    if (fd < 0) return errno;
    int code = send_text(fd, a[1]);
    return code ? code : answer(fd);
}
// The answer to the second counts.
static int ask_twice(char **a) {
    int fd = connected(a[0]);
    if (fd < 0) return errno;
    int code = send_text(fd, a[1]);
    if (code) return code;
    (void)answer(fd);
    code = send_text(fd, a[2]);
    return code ? code : answer(fd);
}

const struct attempt proxy_attempts[] = {{"ask-proxy", ask}, {"ask-proxy-twice", ask_twice}, {0, 0}};

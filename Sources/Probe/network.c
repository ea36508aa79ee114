// At everything that can be talked to: this host by each of its addresses, others, and sockets that have no address.
#define _GNU_SOURCE 1
#include "probe.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

// How long a connection may take: where nothing answers, the attempt is over.
enum { patience_milliseconds = 1500 };

struct address {
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
        struct sockaddr_un local;
    } of;
    socklen_t length;
};

static int internet(const char *text, long port, struct address *address) {
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, text, &address->of.four.sin_addr) == 1) {
        address->of.four.sin_family = AF_INET;
        address->of.four.sin_port = htons((uint16_t)port);
        address->length = sizeof address->of.four;
        return 0;
    }
    if (inet_pton(AF_INET6, text, &address->of.six.sin6_addr) != 1) return IMPOSSIBLE;
    address->of.six.sin6_family = AF_INET6;
    address->of.six.sin6_port = htons((uint16_t)port);
    address->length = sizeof address->of.six;
    return 0;
}

static int finish_connecting(int fd) {
    struct pollfd waiting = {fd, POLLOUT, 0};
    if (poll(&waiting, 1, patience_milliseconds) <= 0) return ETIMEDOUT;
    int code = 0;
    socklen_t length = sizeof code;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &length) < 0) return errno;
    return code;
}

static int connect_to(int fd, const struct address *address) {
    if (fd < 0) return errno;
    int code = connect(fd, &address->of.any, address->length) == 0 ? 0 : errno;
    if (code == EINPROGRESS) code = finish_connecting(fd);
    if (code == 0 && send(fd, "attempt", 7, MSG_NOSIGNAL) < 0) code = errno;
    return code;
}

static int tcp(char **a) {
    struct address address;
    int code = internet(a[0], number(a[1]), &address);
    if (code) return code;
    return connect_to(socket(address.of.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0), &address);
}
static int multipath(char **a) {
    struct address address;
    int code = internet(a[0], number(a[1]), &address);
    if (code) return code;
    return connect_to(socket(address.of.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 262), &address);
}
// Data with the first packet: a connection without connect(2).
static int fast_open(char **a) {
    struct address address;
    int code = internet(a[0], number(a[1]), &address);
    if (code) return code;
    int fd = socket(address.of.any.sa_family, SOCK_STREAM, 0);
    if (fd < 0) return errno;
    RESULT(sendto(fd, "attempt", 7, MSG_FASTOPEN | MSG_NOSIGNAL, &address.of.any, address.length));
}
static int udp(char **a) {
    struct address address;
    int code = internet(a[0], number(a[1]), &address);
    if (code) return code;
    int fd = socket(address.of.any.sa_family, SOCK_DGRAM, 0);
    if (fd < 0) return errno;
    RESULT(sendto(fd, "attempt", 7, 0, &address.of.any, address.length));
}
// A question for the name `attempt.invalid`, and its answer.
static int ask_name(char **a) {
    struct address address;
    int code = internet(a[0], 53, &address);
    if (code) return code;
    int fd = socket(address.of.any.sa_family, SOCK_DGRAM, 0);
    if (fd < 0) return errno;
    static const char question[] = "\1\2\1\0\0\1\0\0\0\0\0\0\7attempt\7invalid\0\0\1\0";
    if (sendto(fd, question, sizeof question, 0, &address.of.any, address.length) < 0) return errno;
    struct pollfd waiting = {fd, POLLIN, 0};
    return poll(&waiting, 1, patience_milliseconds) > 0 && waiting.revents & POLLIN ? 0 : ETIMEDOUT;
}

// Whatever interface there is beside loopback.
static int interfaces(char **a) {
    (void)a;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) return errno;
    struct ifreq found[32];
    struct ifconf list = {.ifc_len = sizeof found, .ifc_req = found};
    if (ioctl(fd, SIOCGIFCONF, &list) < 0) return errno;
    for (int i = 0; i < list.ifc_len / (int)sizeof *found; i++)
        if (strcmp(found[i].ifr_name, "lo") != 0) {
            note("there is %s", found[i].ifr_name);
            return 0;
        }
    return ENODEV;
}
static int raise_interface(char **a) {
    (void)a;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    if (fd < 0) return errno;
    struct ifreq request = {.ifr_name = "lo"};
    request.ifr_flags = IFF_UP | IFF_RUNNING | IFF_PROMISC;
    RESULT(ioctl(fd, SIOCSIFFLAGS, &request));
}

static int family(char **a) { RESULT(socket((int)number(a[0]), (int)number(a[1]), (int)number(a[2]))); }
static int pair(char **a) {
    int both[2];
    RESULT(socketpair((int)number(a[0]), (int)number(a[1]), 0, both));
}

static int local(const char *name, int is_abstract, int kind) {
    struct address address;
    memset(&address, 0, sizeof address);
    address.of.local.sun_family = AF_UNIX;
    size_t length = strlen(name);
    if (length + 2 > sizeof address.of.local.sun_path) return IMPOSSIBLE;
    memcpy(address.of.local.sun_path + is_abstract, name, length);
    address.length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)is_abstract + length);
    int fd = socket(AF_UNIX, kind, 0);
    if (fd < 0) return errno;
    if (kind == SOCK_DGRAM) RESULT(sendto(fd, "attempt", 7, 0, &address.of.any, address.length));
    return connect_to(fd, &address);
}
static int local_path(char **a) { return local(a[0], 0, SOCK_STREAM); }
static int local_abstract(char **a) { return local(a[0], 1, SOCK_STREAM); }
static int local_datagram(char **a) { return local(a[0], 1, SOCK_DGRAM); }
// By a short name of our own that leads there.
static int local_by_link(char **a) {
    if (symlink(a[0], a[1]) < 0) return errno;
    return local(a[1], 0, SOCK_STREAM);
}
// A pair of our own, turned round to another peer.
static int local_from_pair(char **a) {
    int both[2];
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, both) < 0) return errno;
    struct address address;
    memset(&address, 0, sizeof address);
    address.of.local.sun_family = AF_UNIX;
    size_t length = strlen(a[0]);
    if (length + 2 > sizeof address.of.local.sun_path) return IMPOSSIBLE;
    memcpy(address.of.local.sun_path + 1, a[0], length);
    address.length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
    RESULT(sendto(both[0], "attempt", 7, 0, &address.of.any, address.length));
}

const struct attempt network_attempts[] = {
    {"tcp", tcp}, {"multipath", multipath}, {"fast-open", fast_open}, {"udp", udp}, {"ask-name", ask_name},
    {"interfaces", interfaces}, {"raise-interface", raise_interface}, {"family", family}, {"pair", pair},
    {"local-path", local_path}, {"local-abstract", local_abstract}, {"local-datagram", local_datagram},
    {"local-by-link", local_by_link}, {"local-from-pair", local_from_pair}, {0, 0},
};

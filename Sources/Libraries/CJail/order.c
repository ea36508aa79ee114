// An order's way from the zygote to a run: a head with descriptors, and the strings behind it, over a stream socket.
#define _GNU_SOURCE 1
#include "order.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

union control {
    struct cmsghdr header;
    char room[CMSG_SPACE(CJAIL_DESCRIPTORS_MAX * sizeof(int))];
};

long cjail_order_pair(int ends[2]) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0 ? -(long)errno : 0;
}

long cjail_give_order(int orders, const struct cjail_order *order, const void *strings, const int32_t *descriptors) {
    if (order->descriptor_count > CJAIL_DESCRIPTORS_MAX || order->limit_count > CJAIL_LIMITS_MAX) return -EINVAL;
    union control control;
    memset(&control, 0, sizeof control);
    const size_t bytes = order->descriptor_count * sizeof(int);
    struct iovec parts[] = {{(void *)order, sizeof *order}, {(void *)strings, order->string_bytes}};
    struct msghdr message = {0};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE(bytes);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(bytes);
    memcpy(CMSG_DATA(header), descriptors, bytes);
    // The other side does nothing but read, so this waits at most for as long as that takes.
    ssize_t sent = sendmsg(orders, &message, MSG_NOSIGNAL);
    if (sent < 0) return -(long)errno;
    size_t position = (size_t)sent - sizeof *order;
    while (position < order->string_bytes) {
        sent = send(orders, (const char *)strings + position, order->string_bytes - position, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) return -(long)errno;
        if (sent > 0) position += (size_t)sent;
    }
    return 0;
}

static long read_all(int fd, char *bytes, size_t count) {
    while (count > 0) {
        long result = syscall(SYS_read, fd, bytes, count);
        if (result < 0 && errno == EINTR) continue;
        if (result <= 0) {
            errno = EPIPE;
            return -1;
        }
        bytes += result;
        count -= (size_t)result;
    }
    return 0;
}

static long receive_head(int orders, struct order *order) {
    union control control;
    struct iovec part = {&order->head, sizeof order->head};
    struct msghdr message = {0};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    long count;
    do count = syscall(SYS_recvmsg, orders, &message, MSG_CMSG_CLOEXEC);
    while (count < 0 && errno == EINTR);
    if (count < 0) return -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (count < (long)sizeof order->head || !header
        || header->cmsg_len != CMSG_LEN(order->head.descriptor_count * sizeof(int))) {
        errno = EPIPE;
        return -1;
    }
    memcpy(order->descriptors, CMSG_DATA(header), order->head.descriptor_count * sizeof(int));
    return 0;
}

// The strings of a usual order, and the pointers to them.
static char usual_room[128 << 10] __attribute__((aligned(16)));

long cjail_await_order(int orders, struct order *order) {
    if (receive_head(orders, order) < 0) return -1;
    const size_t pointers = ((size_t)order->head.argument_count + order->head.variable_count + 2) * sizeof(char *);
    const size_t needed = pointers + order->head.string_bytes;
    char *room = usual_room;
    if (needed > sizeof usual_room) {
        // By number: glibc's own does more than one call on some machines.
        room = (char *)syscall(SYS_mmap, NULL, needed, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L);
        if (room == MAP_FAILED) return -1;
    }
    char *next = room + pointers, *end = next + order->head.string_bytes;
    if (read_all(orders, next, order->head.string_bytes) < 0) return -1;
    char **list = (char **)room;
    const uint32_t count = 2 + order->head.argument_count + order->head.variable_count;
    order->argv = list;
    order->envp = list + order->head.argument_count + 1;
    for (uint32_t i = 0; i < count; i++) {
        char *text = next;
        while (next < end && *next) next++;
        if (next == end) {
            errno = EINVAL;
            return -1;
        }
        next++;
        if (i == 0) order->program = text;
        else if (i == 1) order->folder = text;
        else if (i < 2 + order->head.argument_count) order->argv[i - 2] = text;
        else order->envp[i - 2 - order->head.argument_count] = text;
    }
    order->argv[order->head.argument_count] = NULL;
    order->envp[order->head.variable_count] = NULL;
    return 0;
}

#define _GNU_SOURCE 1
#include "CLinux.h"

long clinux_packet_pair(int fds[2]) { CLINUX_RESULT(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds)); }

union control {
    struct cmsghdr header;
    char room[CMSG_SPACE(CLINUX_PACKET_DESCRIPTORS_MAX * sizeof(int))];
};

long clinux_packet_send(int fd, const void *bytes, size_t count, const int *fds, size_t fd_count) {
    if (fd_count > CLINUX_PACKET_DESCRIPTORS_MAX) return -EINVAL;
    // A worker in a jail may send, and may not send descriptors: its filter does not know sendmsg.
    if (fd_count == 0) CLINUX_RESULT(send(fd, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT));
    struct iovec part = {(void *)bytes, count};
    struct msghdr message;
    union control control;
    memset(&message, 0, sizeof message);
    memset(&control, 0, sizeof control);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (fd_count > 0) {
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(fd_count * sizeof(int));
        memcpy(CMSG_DATA(header), fds, fd_count * sizeof(int));
    }
    CLINUX_RESULT(sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT));
}

long clinux_packet_receive(int fd, void *bytes, size_t count, int waits, int *fds, size_t *fd_count) {
    struct iovec part = {bytes, count};
    struct msghdr message;
    union control control;
    memset(&message, 0, sizeof message);
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    *fd_count = 0;
    long result = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | (waits ? 0 : MSG_DONTWAIT));
    if (result < 0) return -(long)errno;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t arrived = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < arrived; i++) {
            int one;
            memcpy(&one, CMSG_DATA(header) + i * sizeof one, sizeof one);
            if (*fd_count < CLINUX_PACKET_DESCRIPTORS_MAX) fds[(*fd_count)++] = one;
            else close(one);
        }
    }
    if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0) return result;
    for (size_t i = 0; i < *fd_count; i++) close(fds[i]);
    *fd_count = 0;
    return -EMSGSIZE;
}

// Messages with descriptors between two processes: the macros that walk control data are not visible from Swift, and
// every descriptor that arrives must be owned or closed before anything else can go wrong.
#ifndef CLINUX_PACKETS_H
#define CLINUX_PACKETS_H

#include <stddef.h>

// The most descriptors that one message carries.
#define CLINUX_PACKET_DESCRIPTORS_MAX 8

// Two connected ends that keep the borders of messages.
long clinux_packet_pair(int fds[2]);
// Never waits: -EAGAIN instead.
long clinux_packet_send(int fd, const void *bytes, size_t count, const int *fds, size_t fd_count);
// The length of one message, 0 at the end. -EMSGSIZE for one that does not fit, whose descriptors are closed.
long clinux_packet_receive(int fd, void *bytes, size_t count, int waits, int *fds, size_t *fd_count);

#endif

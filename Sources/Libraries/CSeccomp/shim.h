// libseccomp's own header, and what Swift cannot call of it: the actions are macros that look like functions, and a
// filter can be exported to a descriptor only.
#ifndef CSECCOMP_SHIM_H
#define CSECCOMP_SHIM_H

#include <errno.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static inline uint32_t cseccomp_errno(uint16_t code) { return SCMP_ACT_ERRNO(code); }
static inline uint32_t cseccomp_allow(void) { return SCMP_ACT_ALLOW; }
static inline uint32_t cseccomp_notify(void) { return SCMP_ACT_NOTIFY; }
static inline uint32_t cseccomp_kill_process(void) { return SCMP_ACT_KILL_PROCESS; }

// No call by that name, on any architecture that libseccomp knows.
static inline int cseccomp_no_such_call(void) { return __NR_SCMP_ERROR; }

// The filter as bytes: how many it has, of which at most `size` are written; or a negative errno.
static inline long cseccomp_export(scmp_filter_ctx context, void *buffer, size_t size) {
    int fd = (int)syscall(SYS_memfd_create, "filter", 1u);
    if (fd < 0) return -(long)errno;
    long result = seccomp_export_bpf(context, fd);
    if (result == 0) result = lseek(fd, 0, SEEK_END);
    if (result > 0 && pread(fd, buffer, size, 0) < 0) result = -(long)errno;
    close(fd);
    return result;
}

#endif

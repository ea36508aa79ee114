// What this host lets us do, asked of the kernel itself: each answer comes from trying, because the settings under
// /proc say what somebody intended and not what the mandatory access control on top of them leaves over.
#ifndef CLINUX_HOST_H
#define CLINUX_HOST_H

#include <stdint.h>

// The ABI version, or a negative errno: -ENOSYS when the kernel has no Landlock, -EOPNOTSUPP when it was not started.
long clinux_landlock_abi(void);

// 0 when a seccomp filter may be installed, else a negative errno. Installs nothing.
long clinux_seccomp_filter_available(void);

// 0 when the kernel knows how to hand a refused call to a supervisor, else a negative errno.
long clinux_seccomp_notify_available(void);

// How far a child came on its way into a jail. Each stage begins when the one before it succeeded.
enum clinux_probe_stage {
    CLINUX_PROBE_DROP = 0,       // becoming nobody
    CLINUX_PROBE_USER = 1,       // a user namespace
    CLINUX_PROBE_MAP = 2,        // a user map in it (needs a capability inside)
    CLINUX_PROBE_NAMESPACES = 3, // a mount namespace
    CLINUX_PROBE_MOUNT = 4,      // a tmpfs
    CLINUX_PROBE_DONE = 5,
};

// Bits of clinux_namespace_probe.namespaces.
enum clinux_probe_namespace {
    CLINUX_PROBE_NEW_PID = 1,
    CLINUX_PROBE_NEW_NET = 2,
    CLINUX_PROBE_NEW_IPC = 4,
    CLINUX_PROBE_NEW_UTS = 8,
    CLINUX_PROBE_NEW_CGROUP = 16,
    CLINUX_PROBE_NEW_PROC = 32, // a fresh /proc for a fresh pid namespace
};

struct clinux_namespace_probe {
    int32_t stage;       // where it stopped
    int32_t error;       // errno there; 0 when done
    int32_t signal;      // a signal that ended the child instead (a filter that kills), else 0
    uint32_t namespaces; // what else could be had
};

enum clinux_probe_way {
    CLINUX_PROBE_OWN_PRIVILEGES = 0, // no user namespace
    CLINUX_PROBE_AS_WE_ARE = 1,      // a user namespace first
    CLINUX_PROBE_AS_NOBODY = 2,      // the same, but root becomes nobody before, or its privileges would answer
};

// Tries, in a child that ends at once and leaves nothing behind, what a jail needs. Returns 0, or the negative errno of
// the child that could not be started.
long clinux_probe_namespaces(enum clinux_probe_way way, struct clinux_namespace_probe *out);

// The soft and hard limit of open descriptors.
long clinux_descriptor_limit(uint64_t *soft, uint64_t *hard);

#endif

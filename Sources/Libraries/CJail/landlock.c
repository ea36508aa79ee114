#define _GNU_SOURCE 1
#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

// As landlock(7) has it since version 6; the headers of older distributions end earlier. A kernel takes a longer
// structure than it knows as long as the rest is zero.
struct ruleset {
    uint64_t files, ports, scopes;
};
#define CONNECT_AND_BIND 3ull // LANDLOCK_ACCESS_NET_BIND_TCP | LANDLOCK_ACCESS_NET_CONNECT_TCP
#define CONNECT 2ull          // LANDLOCK_ACCESS_NET_CONNECT_TCP
#define ALL_SCOPES 3ull       // LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | LANDLOCK_SCOPE_SIGNAL
#define PORT_RULE 2           // LANDLOCK_RULE_NET_PORT
struct port_rule {
    uint64_t rights, port;
};

static int add_path(int ruleset, const struct cjail_rule *rule, uint64_t known) {
    struct landlock_path_beneath_attr beneath = {rule->rights & known, rule->fd};
    if (beneath.allowed_access == 0) return 0;
    if (rule->fd < 0) {
        // Mounted for this run alone, so that only now there is something to name.
        beneath.parent_fd = (int)syscall(SYS_openat, AT_FDCWD, rule->path, O_PATH | O_CLOEXEC | O_NOFOLLOW, 0);
        if (beneath.parent_fd < 0) return -1;
    }
    long result = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    if (rule->fd < 0) {
        int code = errno;
        syscall(SYS_close, beneath.parent_fd);
        errno = code;
    }
    return (int)result;
}

int cjail_build_ruleset(const struct cjail_setup *setup) {
    const uint64_t known = cjail_landlock_rights(setup->landlock_version);
    struct ruleset handled = {known, 0, 0};
    if (setup->landlock_version >= 4 && setup->guards_tcp) handled.ports = CONNECT_AND_BIND;
    if (setup->landlock_version >= 6) handled.scopes = ALL_SCOPES;
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
    if (ruleset < 0) return -1;
    for (size_t i = 0; i < setup->rule_count; i++)
        if (add_path(ruleset, &setup->rules[i], known) < 0) return -1;
    for (size_t i = 0; handled.ports != 0 && i < setup->port_count; i++) {
        struct port_rule port = {CONNECT, setup->ports[i]};
        if (syscall(SYS_landlock_add_rule, ruleset, PORT_RULE, &port, 0) < 0) return -1;
    }
    return ruleset;
}

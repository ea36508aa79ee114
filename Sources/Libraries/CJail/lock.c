// What a process gives up for good.
#define _GNU_SOURCE 1
#include "include/CJail.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

long cjail_empty_bounding_set(void) {
    // Newer kernels may know capabilities that our headers do not: until the kernel says that there is no such.
    for (unsigned long capability = 0; prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; capability++) continue;
    return errno == EINVAL ? 0 : -(long)errno;
}

long cjail_lock_privileges(void) {
    long emptied = cjail_empty_bounding_set();
    if (emptied < 0) return emptied;
    const unsigned long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP
                               | SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE
                               | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
    if (prctl(PR_SET_SECUREBITS, bits, 0, 0, 0) < 0) return -(long)errno;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0) return -(long)errno;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -(long)errno;

    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct kept[2] = {{0}, {0}};
    kept[0].effective = kept[0].permitted = 1u << CAP_SYS_ADMIN;
    return syscall(SYS_capset, &header, kept) < 0 ? -(long)errno : 0;
}

long cjail_landlock_version(void) {
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return version < 0 ? -(long)errno : version;
}

uint64_t cjail_landlock_rights(long version) {
    // The number of rights on files that each version knows, see landlock(7); each adds to those before it.
    unsigned count = version < 1 ? 0 : version < 2 ? 13 : version < 3 ? 14 : version < 5 ? 15 : version < 9 ? 16 : 17;
    return (1ull << count) - 1;
}

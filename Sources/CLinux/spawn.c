#define _GNU_SOURCE 1
#include "CLinux.h"

#include <spawn.h>

long clinux_spawn(const char *path, char *const argv[], char *const envp[], const int *descriptors, int count,
                  const char *directory, int new_session) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int result = posix_spawn_file_actions_init(&actions);
    if (result != 0) return -result;
    result = posix_spawnattr_init(&attributes);
    if (result != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return -result;
    }

    // First move every source out of the way of the targets, or a dup2 could overwrite a source not yet used.
    // dup2 onto itself also clears close-on-exec, which is why a source that already sits right is listed too.
    int high = count;
    for (int i = 0; i < count; i++)
        if (descriptors[i] >= high) high = descriptors[i] + 1;
    for (int i = 0; i < count && result == 0; i++)
        result = posix_spawn_file_actions_adddup2(&actions, descriptors[i], high + i);
    for (int i = 0; i < count && result == 0; i++)
        result = posix_spawn_file_actions_adddup2(&actions, high + i, i);
    if (result == 0) result = posix_spawn_file_actions_addclosefrom_np(&actions, count);
    if (result == 0 && directory) result = posix_spawn_file_actions_addchdir_np(&actions, directory);

    sigset_t none, every;
    sigemptyset(&none);
    sigfillset(&every);
    if (result == 0) result = posix_spawnattr_setsigmask(&attributes, &none);
    if (result == 0) result = posix_spawnattr_setsigdefault(&attributes, &every);
    if (result == 0)
        result = posix_spawnattr_setflags(
            &attributes, (short)(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (new_session ? POSIX_SPAWN_SETSID : 0)));

    pid_t pid = -1;
    if (result == 0) result = posix_spawn(&pid, path, &actions, &attributes, argv, envp);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return result == 0 ? pid : -result;
}

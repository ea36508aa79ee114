// Reading a folder: readdir tells the end from an error by errno alone, which Swift never reads.
#ifndef CLINUX_DIRECTORY_H
#define CLINUX_DIRECTORY_H

#include <dirent.h>
#include <errno.h>
#include <stddef.h>

static inline long clinux_opendir(const char *path, DIR **out) {
    *out = opendir(path);
    return *out == NULL ? -(long)errno : 0;
}
// 1 and a name that lives until the next call, 0 at the end, or a negative errno. `kind` is one of DT_….
static inline long clinux_readdir(DIR *directory, const char **name, int *kind) {
    errno = 0;
    struct dirent *entry = readdir(directory);
    if (entry == NULL) return -(long)errno;
    *name = entry->d_name;
    *kind = entry->d_type;
    return 1;
}
static inline void clinux_closedir(DIR *directory) { closedir(directory); }

#endif

// Extended attributes: their header is not part of Glibc's module.
#ifndef CLINUX_DETAILS_H
#define CLINUX_DETAILS_H

#include <errno.h>
#include <sys/xattr.h>

// How long the attribute is, of the entry itself; a negative errno where it has none.
static inline long clinux_attribute_size(const char *path, const char *name) {
    long size = (long)lgetxattr(path, name, (void *)0, 0);
    return size < 0 ? -(long)errno : size;
}

#endif

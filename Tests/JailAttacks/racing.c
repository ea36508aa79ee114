// The swap of a name for a link while somebody opens it: one program swaps, another reads and writes as a file tool does.
#define _GNU_SOURCE 1
#include "attacks.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE 2
#endif

// FOLDER: in it `tree` and `tree-link`, and `leaf` and `leaf-link`, change places for as long as nobody ends us.
static int swap(char **a) {
    int folder = open(a[0], O_RDONLY | O_DIRECTORY);
    if (folder < 0) return errno;
    puts("swapping");
    fflush(stdout);
    for (;;)
        if (syscall(SYS_renameat2, folder, "tree", folder, "tree-link", RENAME_EXCHANGE) < 0
            || syscall(SYS_renameat2, folder, "leaf", folder, "leaf-link", RENAME_EXCHANGE) < 0) return errno;
}

static uint64_t resolution;

static int open_in(int folder, const char *path, uint64_t flags) {
    if (resolution == 0) return openat(folder, path, (int)flags | O_CLOEXEC);
    struct open_how how = {flags | O_CLOEXEC, 0, resolution};
    for (;;) {
        int file = (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
        // Somebody moved something while `..` was walked; ask again.
        if (file >= 0 || errno != EAGAIN) return file;
    }
}

// What was reached: 1 ours, -1 that of somebody else, 0 nothing.
static int read_one(int folder, const char *path) {
    char text[8] = "";
    // As a tool reads: no device, no FIFO, whatever stands there now.
    int file = open_in(folder, path, O_RDONLY | O_NONBLOCK);
    if (file < 0) return 0;
    ssize_t count = read(file, text, sizeof text - 1);
    close(file);
    return count <= 0 ? 0 : strcmp(text, "inside") == 0 ? 1 : -1;
}

// A new file beside the old one, and then in its place: a name in the folder that was opened, whoever has which name by now.
static int write_one(int folder, const char *place, long number) {
    int parent = open_in(folder, place, O_RDONLY | O_DIRECTORY);
    if (parent < 0) return 0;
    char fresh[32];
    snprintf(fresh, sizeof fresh, ".fresh-%ld", number % 8);
    int file = openat(parent, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    int result = 0;
    if (file >= 0) {
        result = write(file, "inside", 6) == 6 && syscall(SYS_renameat2, parent, fresh, parent, "written", 0) == 0;
        close(file);
    }
    close(parent);
    return result;
}

// FOLDER TRIES beneath|anywhere: `read` in a tree that is swapped, a leaf that is, and both by way of `..`; and writes. Prints how
// often it got what was meant, and what was not.
static int race(char **a) {
    int folder = open(a[0], O_RDONLY | O_DIRECTORY);
    if (folder < 0) return errno;
    const long tries = atol(a[1]);
    resolution = strcmp(a[2], "beneath") == 0 ? RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS : 0;
    static const char *const paths[] = {"tree/file", "leaf", "tree/../leaf", "tree/deep/../file"};
    long inside = 0, outside = 0, nothing = 0, written = 0;
    for (long number = 0; number < tries; number++) {
        int got = read_one(folder, paths[number % 4]);
        inside += got > 0;
        outside += got < 0;
        nothing += got == 0;
        if (number % 4 == 0) written += write_one(folder, "tree", number / 4);
    }
    printf("%ld inside, %ld outside, %ld nothing, %ld written\n", inside, outside, nothing, written);
    return 0;
}

const struct attack racing_attacks[] = {{"swap", swap}, {"race", race}, {0, 0}};

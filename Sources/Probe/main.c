// sidecar-probe try NAME [ARGUMENT…]   one attempt; prints one line: what became of it, the errno, what was seen
// sidecar-probe as UID GID SECONDS PROGRAM [ARGUMENT…]   runs a program as somebody else, for so long, and all that it leaves
// sidecar-probe as UID GID 0 witness FOLDER   is there to be attacked, and tells what it has felt
// sidecar-probe record DESCRIPTOR PROGRAM [ARGUMENT…]   runs a program, and tells what it uses
// sidecar-probe say   a program that nobody granted: shows that it ran
#define _GNU_SOURCE 1
#include "probe.h"
#include "recorder.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

// An attempt that hangs is ended by SIGALRM, which says that nothing worked.
static const unsigned seconds_max = 20;
static char seen[400];

void note(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(seen, sizeof seen, format, arguments);
    va_end(arguments);
}

void note_bytes(const void *bytes, size_t count) {
    if (count > 160) count = 160;
    memcpy(seen, bytes, count);
    seen[count] = 0;
    for (size_t i = 0; i < count; i++)
        if (seen[i] == 0) seen[i] = ' ';
}

int write_text(int fd, const char *text) {
    size_t length = strlen(text);
    return write(fd, text, length) == (ssize_t)length ? 0 : errno ? errno : EIO;
}

int read_and_note(int fd) {
    char block[4096];
    ssize_t count = read(fd, block, sizeof block);
    if (count < 0) return errno;
    note_bytes(block, (size_t)count);
    return count == 0 ? ENODATA : 0;
}

int copy_file(const char *from, int to) {
    int file = open(from, O_RDONLY | O_CLOEXEC);
    if (file < 0) return errno;
    char block[65536];
    ssize_t count;
    while ((count = read(file, block, sizeof block)) > 0)
        if (write(to, block, (size_t)count) != count) return errno ? errno : EIO;
    int code = count < 0 ? errno : 0;
    close(file);
    return code;
}

long number(const char *text) { return text ? strtol(text, NULL, 0) : 0; }

void end_child(pid_t pid) {
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static int report(int code) {
    for (char *letter = seen; *letter; letter++)
        if ((unsigned char)*letter < ' ' || *letter == 0x7f) *letter = ' ';
    const char *outcome = code == 0 ? "worked" : code == IMPOSSIBLE ? "impossible" : "refused";
    const char *name = code > 0 ? strerrorname_np(code) : "-";
    printf("\n=probe\t%s\t%s\t%s\n", outcome, name ? name : "unknown", seen);
    fflush(stdout);
    return code == 0 ? 0 : 1;
}

static int try(char **arguments) {
    const struct attempt *tables[] = {
        reading_attempts, writing_attempts, racing_attempts, program_attempts, network_attempts, proxy_attempts,
        process_attempts, survivor_attempts, limit_attempts, kernel_attempts, privilege_attempts, terminal_attempts,
        worker_attempts,
    };
    for (size_t table = 0; table < sizeof tables / sizeof *tables; table++)
        for (const struct attempt *attempt = tables[table]; attempt->name; attempt++)
            if (strcmp(attempt->name, arguments[0]) == 0) {
                alarm(seconds_max);
                errno = 0;
                return report(attempt->run(arguments + 1));
            }
    fprintf(stderr, "sidecar-probe: no attempt is called %s\n", arguments[0]);
    return 2;
}

int main(int count, char **arguments) {
    if (count > 2 && strcmp(arguments[1], "try") == 0) return try(arguments + 2);
    if (count > 5 && strcmp(arguments[1], "as") == 0) return run_as(count - 2, arguments + 2);
    if (count > 3 && strcmp(arguments[1], "record") == 0) return record(count - 2, arguments + 2);
    // A number that stands in no script and in no message.
    if (count == 2 && strcmp(arguments[1], "say") == 0) return printf("%d\n", 1764 * 1931) < 0;
    fputs("sidecar-probe is started by `sidecar policy prove` and `trace`; it is of no use alone\n", stderr);
    return 2;
}

#define _GNU_SOURCE
#include "load.h"
#include "samples.h"
#include "wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum {
    ready_seconds_max = 30,
    retry_ns = 100000, // finer than what is measured
    answer_seconds_max = 5,
};

static pid_t start(char **command) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t pid;
    errno = posix_spawnp(&pid, command[0], &actions, &attributes, command, environ);
    if (errno != 0) die("cannot start %s", command[0]);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return pid;
}

int load_runs(const struct options *options) {
    if (!options->command) die("runs needs a command behind --");
    struct samples samples = { 0 };
    unsigned failed = 0;
    for (unsigned round = 0; round < options->count; round++) {
        uint64_t before = now_ns();
        pid_t pid = start(options->command);
        int status;
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        }
        samples_add(&samples, now_ns() - before);
        failed += status != 0;
    }
    printf("{\"failed\":%u,", failed);
    samples_print(&samples, "duration");
    printf("}\n");
    return failed > 0;
}

/// True when GET /livez is answered with 200.
static bool is_live(uint16_t port) {
    char request[96], answer[1024];
    int length = snprintf(request, sizeof request,
                          "GET /livez HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n\r\n", port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval patience = { .tv_sec = answer_seconds_max };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_port = htons(port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    bool live = connect(fd, (struct sockaddr *)&address, sizeof address) == 0
                && send(fd, request, (size_t)length, MSG_NOSIGNAL) == length && recv(fd, answer, sizeof answer, 0) >= 12
                && memcmp(answer, "HTTP/1.1 200", 12) == 0;
    close(fd);
    return live;
}

/// Waits until it answers. False when it ended instead, or did not within the time.
static bool wait_until_live(uint16_t port, pid_t pid, uint64_t since) {
    while (!is_live(port)) {
        siginfo_t info = { 0 };
        bool ended = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
        if (ended || now_ns() - since > ready_seconds_max * 1000000000ull) return false;
        nanosleep(&(struct timespec){ .tv_nsec = retry_ns }, NULL);
    }
    return true;
}

int load_ready(const struct options *options) {
    if (!options->command || options->port == 0) die("ready needs --port and a command behind --");
    if (is_live(options->port)) die("port %u answers already", options->port);
    struct samples samples = { 0 };
    unsigned failed = 0;
    for (unsigned round = 0; round < options->count && failed == 0; round++) {
        uint64_t before = now_ns();
        pid_t pid = start(options->command);
        if (wait_until_live(options->port, pid, before)) samples_add(&samples, now_ns() - before);
        else failed++;
        kill(pid, SIGTERM);
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    printf("{\"failed\":%u,", failed);
    samples_print(&samples, "duration");
    printf("}\n");
    return failed > 0;
}

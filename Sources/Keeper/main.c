// sidecar-keeper PROGRAM [ARGUMENT…]   runs an MCP server, and answers for all that comes of it
//
// Its standard streams are the server's. Descriptor 3 is a socket to whoever started it, who says `T` (ask the server to end)
// and `K` (end everything), and is told `started PID`, `failed ERRNO` and `ended CODE SIGNAL`. When the socket closes, its
// owner has died, and everything is ended.
//
// The keeper is the one to whom orphans of the tree below it are given (PR_SET_CHILD_SUBREAPER), so that nothing gets away by a second
// fork or a session of its own. C alone, because there is one for each server: it is small, and starts in a millisecond.
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    CONTROL = 3,
    // What a server gets to end by itself when nobody is left who would ask for it.
    ORPHAN_MILLISECONDS = 500,
    // After it, whatever is left is in a system call that nothing interrupts.
    KILL_MILLISECONDS = 3000,
};

static pid_t server = -1;
static int status;
static int has_ended;

static void tell(const char *text) { (void)!send(CONTROL, text, strlen(text), MSG_NOSIGNAL); }

static long milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// 0 when there is no child any more.
static int reap(void) {
    for (;;) {
        int how;
        pid_t pid = waitpid(-1, &how, WNOHANG);
        if (pid == 0) return 1;
        if (pid < 0) return errno == ECHILD ? 0 : 1;
        if (pid == server) {
            status = how;
            has_ended = 1;
        }
    }
}

// Those whose parent is `parent`, by the list that the kernel keeps; each is asked for its own first, so that most of a tree is
// gone in one pass. What comes to us meanwhile as an orphan is seen in the next.
static void kill_children(pid_t parent, int depth) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", parent, parent);
    FILE *list = fopen(path, "re");
    if (!list) return;
    int pid;
    while (fscanf(list, "%d", &pid) == 1) {
        if (depth < 32) kill_children(pid, depth + 1);
        kill(pid, SIGKILL);
    }
    fclose(list);
}

static void kill_tree(void) {
    long end = milliseconds() + KILL_MILLISECONDS;
    if (server > 0 && !has_ended) kill(-server, SIGKILL);
    while (reap() && milliseconds() < end) {
        kill_children(getpid(), 0);
        if (server > 0 && !has_ended) kill(server, SIGKILL);
        poll(NULL, 0, 5);
    }
}

static void finish(void) {
    kill_tree();
    char line[64];
    int code = has_ended && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    int signal_number = has_ended && WIFSIGNALED(status) ? WTERMSIG(status) : has_ended ? -1 : SIGKILL;
    snprintf(line, sizeof line, "ended %d %d\n", code, signal_number);
    tell(line);
    _exit(0);
}

static void become(char **words, int report, pid_t keeper, const sigset_t *mask) {
    setsid();
    // Should the keeper be killed, the server goes too.
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != keeper) _exit(127);
    close(CONTROL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    execv(words[0], words);
    int code = errno;
    (void)!write(report, &code, sizeof code);
    _exit(127);
}

static void start(char **words, const sigset_t *mask) {
    int report[2];
    if (pipe2(report, O_CLOEXEC) < 0) {
        tell("failed 24\n");
        _exit(1);
    }
    pid_t keeper = getpid();
    server = fork();
    if (server == 0) become(words, report[1], keeper, mask);
    close(report[1]);
    int code = server < 0 ? errno : 0;
    char line[64];
    if (server < 0 || read(report[0], &code, sizeof code) == (ssize_t)sizeof code) {
        snprintf(line, sizeof line, "failed %d\n", code);
        tell(line);
        _exit(1);
    }
    close(report[0]);
    snprintf(line, sizeof line, "started %d\n", server);
    tell(line);
}

// The server's streams are the server's alone, or its end would not be theirs.
static void let_go_of_streams(void) {
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3 && nothing >= 0; fd++) dup2(nothing, fd);
    (void)!chdir("/");
}

int main(int count, char **words) {
    if (count < 2 || fcntl(CONTROL, F_GETFD) < 0) {
        fputs("sidecar-keeper is started by sidecar for MCP servers; it is of no use alone\n", stderr);
        return 2;
    }
    // By its own name nobody who ends sidecars by name takes it for one: it has work to do when they are gone.
    prctl(PR_SET_NAME, "mcp-keeper", 0, 0, 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    fcntl(CONTROL, F_SETFD, FD_CLOEXEC);
    sigset_t children, before;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    sigprocmask(SIG_BLOCK, &children, &before);
    int deaths = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
    start(words + 1, &before);
    let_go_of_streams();

    long deadline = -1;
    while (!has_ended) {
        struct pollfd both[2] = {{deadline < 0 ? CONTROL : -1, POLLIN, 0}, {deaths, POLLIN, 0}};
        long left = deadline < 0 ? -1 : deadline - milliseconds();
        if (deadline >= 0 && left <= 0) break;
        poll(both, 2, (int)left);
        if (both[1].revents) {
            struct signalfd_siginfo information;
            while (read(deaths, &information, sizeof information) > 0) {}
            reap();
        }
        if (!both[0].revents) continue;
        char word;
        ssize_t heard = recv(CONTROL, &word, 1, MSG_DONTWAIT);
        if (heard < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (heard == 1 && word == 'K') break;
        if (!has_ended) kill(-server, SIGTERM);
        // Its standard input has closed too, with whoever had the other end.
        if (heard <= 0) deadline = milliseconds() + ORPHAN_MILLISECONDS;
    }
    finish();
}

// On the host, outside of every jail: a process that is there to be attacked. It says once where it can be reached, and
// then, for each line that it is sent, what it has felt so far. It ends with its standard input.
#define _GNU_SOURCE 1
#include "probe.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

enum { tcp, tcp6, udp, path, datagram, abstract, sockets };
static const char *names[] = {"tcp", "tcp6", "udp", "path", "datagram", "abstract"};
static int fds[sockets] = {-1, -1, -1, -1, -1, -1};
static unsigned long felt[sockets];
static volatile sig_atomic_t signals;
static char secret[64];
static int shared = -1, queue = -1;

static void feel(int signal_number) {
    (void)signal_number;
    signals++;
}

static int bound(int family, int kind, const void *address, socklen_t length) {
    int fd = socket(family, kind | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -1;
    if (family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int));
    if (bind(fd, address, length) == 0 && (kind == SOCK_DGRAM || listen(fd, 64) == 0)) return fd;
    close(fd);
    return -1;
}

static unsigned port_of(int fd) {
    struct sockaddr_in6 address;
    socklen_t length = sizeof address;
    if (fd < 0 || getsockname(fd, (struct sockaddr *)&address, &length) < 0) return 0;
    // At the same place in both kinds of addresses.
    return ntohs(address.sin6_port);
}

static int local(const char *name, int is_abstract, int kind) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    if (length + 2 > sizeof address.sun_path) return -1;
    memcpy(address.sun_path + is_abstract, name, length);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)is_abstract + length);
    return bound(AF_UNIX, kind, &address, size);
}

static void open_sockets(const char *folder, const char *name) {
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    fds[tcp] = bound(AF_INET, SOCK_STREAM, &four, sizeof four);
    fds[tcp6] = bound(AF_INET6, SOCK_STREAM, &six, sizeof six);
    fds[udp] = bound(AF_INET, SOCK_DGRAM, &four, sizeof four);
    char file[200];
    snprintf(file, sizeof file, "%s/socket", folder);
    fds[path] = local(file, 0, SOCK_STREAM);
    chmod(file, 0777);
    fds[datagram] = local(name, 1, SOCK_DGRAM);
    char stream[80];
    snprintf(stream, sizeof stream, "%s-s", name);
    fds[abstract] = local(stream, 1, SOCK_STREAM);
}

// Takes all that has arrived.
static void count_arrivals(void) {
    char room[256];
    for (int i = 0; i < sockets; i++) {
        if (fds[i] < 0) continue;
        if (i == udp || i == datagram) {
            while (recv(fds[i], room, sizeof room, MSG_DONTWAIT) > 0) felt[i]++;
        } else {
            for (int fd; (fd = accept4(fds[i], NULL, NULL, SOCK_CLOEXEC)) >= 0; felt[i]++) close(fd);
        }
    }
    struct {
        long kind;
        char text[64];
    } message;
    if (queue >= 0)
        while (msgrcv(queue, &message, sizeof message.text, 0, IPC_NOWAIT) >= 0) signals++;
}

// An address of this machine that is not loopback's.
static void own_address(char *text, size_t room) {
    snprintf(text, room, "-");
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq found[32];
    struct ifconf list = {.ifc_len = sizeof found, .ifc_req = found};
    if (fd < 0 || ioctl(fd, SIOCGIFCONF, &list) < 0) return;
    close(fd);
    for (int i = 0; i < list.ifc_len / (int)sizeof *found; i++) {
        const struct sockaddr_in *address = (const struct sockaddr_in *)&found[i].ifr_addr;
        if (strcmp(found[i].ifr_name, "lo") == 0 || address->sin_family != AF_INET) continue;
        inet_ntop(AF_INET, &address->sin_addr, text, (socklen_t)room);
        return;
    }
}

// What is typed into this end is seen in its input. It is opened anew now and then: a session that ends takes it along.
static int open_second(const char *name) {
    int fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios raw;
    if (fd < 0 || tcgetattr(fd, &raw) < 0) return -1;
    cfmakeraw(&raw);
    tcsetattr(fd, TCSAFLUSH, &raw);
    return fd;
}
static int open_terminal(int *second, char *name, size_t room) {
    int first = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (first < 0 || grantpt(first) < 0 || unlockpt(first) < 0 || ptsname_r(first, name, room) != 0) return -1;
    *second = open_second(name);
    return *second < 0 ? -1 : first;
}

static int waiting(int fd) {
    int count = 0;
    if (fd < 0 || ioctl(fd, FIONREAD, &count) < 0) return 0;
    return count;
}

int witness(const char *folder) {
    // Ends with whoever started us, whatever happens to him; and may be looked into as far as the kernel lets anybody.
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    for (int number = 1; number < 64; number++)
        if (number != SIGKILL && number != SIGSTOP && number != SIGPIPE) signal(number, feel);
    signal(SIGPIPE, SIG_IGN);
    char file[300], name[60], terminal[60] = "-", lan[60];
    own_address(lan, sizeof lan);
    snprintf(file, sizeof file, "%s/secret", folder);
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, secret, sizeof secret - 1) <= 0) return 1;
    snprintf(name, sizeof name, "sidecar-prove-%d", (int)getpid());
    open_sockets(folder, name);
    // Found by its number, which nobody else uses as long as this process is there.
    key_t key = (key_t)(0x5c000000 | getpid());
    shared = shmget(key, 4096, IPC_CREAT | 0666);
    if (shared >= 0) {
        char *memory = shmat(shared, NULL, 0);
        if (memory != (void *)-1) strcpy(memory, secret);
    }
    queue = msgget(key, IPC_CREAT | 0666);
    int second = -1, first = open_terminal(&second, terminal, sizeof terminal);
    printf("pid=%d secret=%p fd=%d port=%u port6=%u udp=%u name=%s key=%d terminal=%s lan=%s\n", (int)getpid(),
           (void *)secret, fd, port_of(fds[tcp]), port_of(fds[tcp6]), port_of(fds[udp]), name, (int)key, terminal, lan);
    fflush(stdout);
    char unharmed[sizeof secret];
    memcpy(unharmed, secret, sizeof secret);
    for (;;) {
        struct pollfd asked = {0, POLLIN, 0};
        if (poll(&asked, 1, -1) < 0) continue;
        char question[64];
        ssize_t length = read(0, question, sizeof question);
        if (length <= 0 || question[0] == 'q') break;
        count_arrivals();
        for (int i = 0; i < sockets; i++) printf("%s=%lu ", names[i], felt[i]);
        printf("signals=%d typed=%d shown=%d memory=%d\n", (int)signals, waiting(second), waiting(first),
               memcmp(secret, unharmed, sizeof secret) != 0);
        fflush(stdout);
        // What is felt next is felt anew.
        memset(felt, 0, sizeof felt);
        signals = 0;
        memcpy(secret, unharmed, sizeof secret);
        if (second >= 0) close(second);
        second = open_second(terminal);
        if (first >= 0) tcflush(first, TCIOFLUSH);
    }
    if (shared >= 0) shmctl(shared, IPC_RMID, NULL);
    if (queue >= 0) msgctl(queue, IPC_RMID, NULL);
    return 0;
}

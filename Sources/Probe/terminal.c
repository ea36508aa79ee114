// At a terminal: standard input is one here, as it would be had somebody forgotten to take it away. What is typed into it
// would be run by the shell that reads it next.
#define _GNU_SOURCE 1
#include "probe.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// The kernel takes 32 bits of the number, a careless filter compares 64.
static int type(unsigned long request) {
    setsid();
    ioctl(0, TIOCSCTTY, 0);
    RESULT(syscall(SYS_ioctl, 0, request, "x"));
}
static int type_letter(char **a) { (void)a; return type(TIOCSTI); }
static int type_letter_high(char **a) { (void)a; return type(TIOCSTI | 1ul << 32); }
static int paste(char **a) {
    (void)a;
    char selection = 3;
    RESULT(syscall(SYS_ioctl, 0, TIOCLINUX, &selection));
}
static int control(char **a) {
    (void)a;
    setsid();
    RESULT(ioctl(0, TIOCSCTTY, 0));
}
static int take_console(char **a) { (void)a; RESULT(ioctl(0, TIOCCONS, 0)); }
static int discipline(char **a) {
    (void)a;
    int number = 3; // N_PPP, for which the kernel loads a module
    RESULT(ioctl(0, TIOCSETD, &number));
}
// Standard input is open for reading; opened anew it could be written to: escape sequences that change the terminal.
static int reopen(char **a) {
    (void)a;
    int fd = open("/proc/self/fd/0", O_RDWR | O_NOCTTY);
    return fd < 0 ? errno : write_text(fd, "\033]0;attempt\007");
}
static int by_name(char **a) {
    int fd = open(a[0], O_RDWR | O_NOCTTY);
    if (fd < 0) return errno;
    // The console is everybody's; only what is made for this is written to.
    return strncmp(a[0], "/dev/pts/", 9) == 0 ? write_text(fd, "\033]0;attempt\007") : 0;
}
static int new_terminal(char **a) { (void)a; RESULT(open("/dev/ptmx", O_RDWR | O_NOCTTY)); }
static int peer(char **a) { (void)a; RESULT(ioctl(0, TIOCGPTPEER, O_RDWR | O_NOCTTY)); }

const struct attempt terminal_attempts[] = {
    {"type", type_letter}, {"type-high", type_letter_high}, {"paste", paste}, {"control-terminal", control},
    {"take-console", take_console}, {"discipline", discipline}, {"reopen-terminal", reopen},
    {"terminal-by-name", by_name}, {"new-terminal", new_terminal}, {"terminal-peer", peer}, {0, 0},
};

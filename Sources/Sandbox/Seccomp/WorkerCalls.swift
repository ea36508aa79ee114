/// The calls of a worker: a program of ours that reads and writes files for an agent, one request after the other. It starts
/// nothing, reaches nobody but its host, and gets no code that it was not started with, so that whoever takes it over has
/// nothing but the files that it had. `execve` is in the list for its own start; the jail lets that happen once.
///
/// `openat2` is here and nowhere else: it keeps paths beneath the workspace, and hides the mode of what it makes behind a
/// pointer, which in programs of others would be a way to set-user files.
enum WorkerCalls {
    private static func words(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
    }

    static let allowed = files.union(itself).union(waiting).union(["execve"])

    private static let files = words(
        """
        access faccessat faccessat2 chdir fchdir close close_range copy_file_range dup dup2 dup3 fadvise64 fallocate fchown
        fchownat fcntl fcntl64 fdatasync fgetxattr flistxattr flock fremovexattr fsetxattr fstat fstat64 fstatat64 fstatfs
        fstatfs64 fsync ftruncate ftruncate64 getcwd getdents getdents64 getxattr lgetxattr linkat listxattr llistxattr
        lremovexattr lseek lsetxattr lstat mkdir mkdirat newfstatat openat2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read
        readahead readlink readlinkat readv removexattr rename renameat renameat2 rmdir sendfile setxattr splice stat statfs
        statx symlinkat sync_file_range syncfs truncate umask unlink unlinkat utimensat write writev
        """)

    /// What the C library and Swift's run time ask for themselves, threads among it.
    private static let itself = words(
        """
        arch_prctl brk exit exit_group futex futex_waitv get_robust_list getcpu getegid geteuid getgid getpid getppid getrandom
        getresgid getresuid getrusage gettid getuid madvise membarrier mremap munmap restart_syscall rseq rt_sigaction
        rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait sched_getaffinity sched_yield set_robust_list
        set_tid_address sigaltstack sysinfo tgkill uname
        """)

    private static let waiting = words(
        """
        clock_getres clock_gettime clock_nanosleep epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd2
        gettimeofday nanosleep pipe pipe2 poll ppoll pselect6 recvfrom recvmsg select shutdown signalfd4 time timerfd_create
        timerfd_gettime timerfd_settime times
        """)

    private typealias Rule = SystemCallRule
    private typealias Condition = SystemCallRule.Condition
    private static let int: UInt64 = 0xffff_ffff
    private static let refused = SystemCallRule.Action.refuse(ArgumentRules.Errno.notPermitted)

    static let conditional = ArgumentRules.modes + memory + threads + answers + asking

    /// What is executed is a file that was mapped so, and was never written: PROT_EXEC (4) with PROT_WRITE (2) or without a file
    /// (MAP_ANONYMOUS, 0x20) is refused, and so is giving it to what is mapped already.
    private static let memory = [
        Rule("mmap", .allow, Condition(2, 4, 0)),
        Rule("mmap", .allow, Condition(2, 6, 4), Condition(3, 0x20, 0)),
        Rule("mmap", refused, Condition(2, 6, 4), Condition(3, 0x20, 0x20)),
        Rule("mmap", refused, Condition(2, 6, 6)),
        Rule("mprotect", .allow, Condition(2, 4, 0)), Rule("mprotect", refused, Condition(2, 4, 4)),
    ]

    /// CLONE_VM and CLONE_THREAD, and no new namespace.
    private static let threads: [SystemCallRule] = {
        let (thread, namespaces): (UInt64, UInt64) = (0x1_0100, 0x7e02_0080)
        return [
            Rule("clone", .allow, Condition(0, thread | namespaces, thread)),
            Rule("clone", refused, Condition(0, 0x1_0000, 0)),
        ]
    }()

    /// To whom its socket leads, and nobody else (`send` is `sendto` without an address). Descriptors need `sendmsg`, which is not
    /// here: none leaves the jail.
    private static let answers = [
        Rule("sendto", .allow, Condition(4, .max, 0)),
        // PR_SET_NAME, PR_GET_NAME, PR_SET_VMA, PR_GET_DUMPABLE; no filters of its own, whose listener could let calls pass.
        Rule("prctl", .allow, Condition(0, int, 15)), Rule("prctl", .allow, Condition(0, int, 16)),
        Rule("prctl", .allow, Condition(0, int, 0x5356_4d41)), Rule("prctl", .allow, Condition(0, int, 3)),
    ]

    /// TCGETS, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX; its limits to be read.
    private static let asking =
        [0x5401, 0x541b, 0x5421, 0x5450, 0x5451].map { Rule("ioctl", .allow, Condition(1, int, $0)) } + [
            Rule("prlimit64", .allow, Condition(2, .max, 0))
        ]
}

/// System calls by what they are for. A name that this machine does not have, or that libseccomp does not know yet, is left out
/// of the filter, and so answers ENOSYS.
enum SystemCallGroups {
    private static func words(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
    }

    static let basic = files.union(processes).union(memory).union(time)

    /// `open`, `chmod` and the like are rules on arguments; `openat2` hides its mode behind a pointer and is for our own
    /// workers.
    private static let files = words(
        """
        access faccessat faccessat2 chdir fchdir close close_range copy_file_range dup dup2 dup3 epoll_create epoll_create1
        epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 fadvise64 fallocate
        fchown fchownat chown lchown fcntl fcntl64 fdatasync fgetxattr flistxattr flock fremovexattr fsetxattr fstat fstat64
        fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 futimesat getcwd getdents getdents64 getxattr lgetxattr link
        linkat listxattr llistxattr lremovexattr lseek lsetxattr lstat mkdir mkdirat newfstatat pipe pipe2 poll ppoll pread64
        preadv preadv2 pselect6 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv removexattr rename renameat
        renameat2 rmdir select sendfile setxattr splice stat statfs statx symlink symlinkat sync sync_file_range syncfs tee
        truncate umask unlink unlinkat utime utimensat utimes vmsplice write writev
        io_setup io_submit io_getevents io_pgetevents io_cancel io_destroy
        """)

    private static let processes = words(
        """
        alarm arch_prctl capget capset execve exit exit_group fork vfork futex futex_waitv get_robust_list get_thread_area
        getcpu getegid geteuid getgid getgroups getpgid getpgrp getpid getppid getpriority getrandom getresgid getresuid
        getrlimit getrusage getsid gettid getuid ioprio_get kill landlock_add_rule landlock_create_ruleset
        landlock_restrict_self pause pidfd_open pidfd_send_signal prctl prlimit64 restart_syscall rseq rt_sigaction
        rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo
        sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler
        sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield
        set_robust_list set_thread_area set_tid_address setfsgid setfsuid setgid setgroups setitimer getitimer setpgid
        setpriority setregid setresgid setresuid setreuid setrlimit setsid setuid sigaltstack signalfd signalfd4 sysinfo
        tgkill times tkill uname wait4 waitid membarrier ugetrlimit recvmsg sendmsg recvfrom sendto
        """)

    private static let memory = words(
        """
        brk get_mempolicy madvise mincore mlock mlock2 mlockall mmap mmap2 mprotect mremap msync munlock munlockall munmap
        pkey_alloc pkey_free pkey_mprotect process_madvise remap_file_pages set_mempolicy mbind
        """)

    private static let time = words(
        """
        clock_getres clock_gettime clock_nanosleep gettimeofday nanosleep time timer_create timer_delete timer_getoverrun
        timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime
        """)

    /// What can be done with a socket once there is one; `socket` itself is a rule on arguments.
    static let sockets = words(
        """
        accept accept4 bind connect getpeername getsockname getsockopt listen recv recvmmsg send sendmmsg setsockopt
        shutdown
        """)

    /// Memory, queues and locks that processes share by a name.
    static let sharing = words(
        """
        shmat shmctl shmdt shmget semctl semget semop semtimedop msgctl msgget msgrcv msgsnd
        """)

    static let watching = words("inotify_add_watch inotify_init inotify_init1 inotify_rm_watch")

    /// Looking into other processes.
    static let tracing = words("ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd")

    /// What only administrators need, and what opens the kernel itself.
    static let privileged = administrative.union(opening)

    /// The kernel asks for a capability that no run has, whatever a filter says.
    static let administrative = words(
        """
        acct adjtimex chroot clock_adjtime clock_settime create_module delete_module fanotify_init fanotify_mark finit_module
        fsconfig fsmount fsopen fspick init_module ioperm iopl kexec_file_load kexec_load lookup_dcookie mount mount_setattr
        move_mount nfsservctl open_by_handle_at open_tree pivot_root query_module quotactl quotactl_fd reboot setdomainname
        sethostname setns settimeofday swapoff swapon syslog umount umount2 unshare vhangup
        """)

    private static let opening = words(
        """
        add_key bpf execveat get_kernel_syms ioprio_set keyctl migrate_pages modify_ldt move_pages name_to_handle_at
        perf_event_open process_mrelease request_key uselib userfaultfd sysfs _sysctl
        """)
}

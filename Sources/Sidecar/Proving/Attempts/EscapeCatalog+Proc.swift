extension EscapeCatalog {
    private static func read(_ id: String, _ title: String, _ path: String) -> EscapeAttempt {
        .probe("proc.\(id)", title, "read", path).mayWork()
    }

    /// A setting of the machine is opened for writing, and never written.
    private static func open(_ id: String, _ title: String, _ path: String) -> EscapeAttempt {
        .probe("proc.\(id)", title, "open-to-write", path).mayWork()
    }

    /// Of the process itself alone.
    private static func set(_ id: String, _ title: String, _ path: String, _ value: String) -> EscapeAttempt {
        .probe("proc.\(id)", title, "set", path, value).mayWork()
    }

    static let proc: [EscapeAttempt] = [
        read("first-environment", "read the variables of the jail's first process", "/proc/1/environ"),
        read("first-maps", "read where its memory lies", "/proc/1/maps"),
        read("first-command", "read how it was started", "/proc/1/cmdline"),
        read("witness-environment", "read the variables of a process of the host", "/proc/{pid}/environ"),
        read("witness-maps", "read where the memory of a process of the host lies", "/proc/{pid}/maps"),
        read("witness-command", "read how a process of the host was started", "/proc/{pid}/cmdline"),
        .probe("proc.witness-folder", "list the folder of a process of the host", "list", "/proc/{pid}/task"),
        read("kernel-memory", "read the memory of the kernel", "/proc/kcore"),
        read("kernel-log", "read the log of the kernel", "/proc/kmsg"),
        read("kernel-symbols", "read where things are in the kernel", "/proc/kallsyms"),
        read("kernel-configuration", "read how the kernel was built", "/proc/config.gz"),
        read("command-line", "read how the kernel was started", "/proc/cmdline"),
        read("keys", "read the keys that the kernel keeps", "/proc/keys"),
        read("timers", "read who waits for what", "/proc/timer_list"),
        read("interrupts", "read the interrupts, by which typing can be timed", "/proc/interrupts"),
        read("mounts-of-first", "read the mounts of the host", "/proc/1/mountinfo"),
        read("partitions", "read the disks of this machine", "/proc/partitions"),
        read("sockets", "read the sockets of the host", "/proc/1/net/unix"),
        .probe("proc.settings", "list the settings of the kernel", "list", "/proc/sys"),
        .probe("proc.system", "list the devices of the kernel", "list", "/sys").mayWork(),
        .probe("proc.control-groups", "list the control groups", "list", "/sys/fs/cgroup").mayWork(),
        .probe("proc.firmware", "list the firmware's variables", "list", "/sys/firmware").mayWork(),
        .probe("proc.debugging", "list the kernel's debugging files", "list", "/sys/kernel/debug").mayWork(),
        .probe("proc.tracing", "list the kernel's tracing files", "list", "/sys/kernel/tracing").mayWork(),
        open("core-pattern", "have the kernel start a program at the next crash", "/proc/sys/kernel/core_pattern"),
        open("module-program", "have the kernel start a program for the next module", "/proc/sys/kernel/modprobe"),
        open("system-request", "press the keys that restart the machine", "/proc/sysrq-trigger"),
        open("formats", "register a program for a format of files", "/proc/sys/fs/binfmt_misc/register"),
        open("more-namespaces", "allow new namespaces again", "/proc/sys/user/max_user_namespaces"),
        open("overcommit", "change how memory is given out", "/proc/sys/vm/overcommit_memory"),
        open("host-name", "rename this machine", "/proc/sys/kernel/hostname"),
        open("forwarding", "make this machine a router", "/proc/sys/net/ipv4/ip_forward"),
        open("uevent", "have the kernel announce a device", "/sys/class/mem/null/uevent"),
        open("release-agent", "have a control group start a program when it ends", "/sys/fs/cgroup/release_agent"),
        set("user-map", "map another user", "/proc/self/uid_map", "0 0 1"),
        set("group-map", "allow groups to be dropped", "/proc/self/setgroups", "allow"),
        set("out-of-memory", "be the last one whom the kernel ends", "/proc/self/oom_score_adj", "-1000"),
        .probe("proc.disk", "open this machine's disk", "read", "/dev/sda").mayWork(),
        .probe("proc.virtual-disk", "open a virtual machine's disk", "read", "/dev/vda").mayWork(),
        .probe("proc.memory-device", "open the memory of the machine", "read", "/dev/mem").mayWork(),
        .probe("proc.log-device", "open the log of the kernel as a device", "read", "/dev/kmsg").mayWork(),
        .probe("proc.tunnel-device", "open the device of tunnels", "open-to-write", "/dev/net/tun").mayWork(),
        .probe("proc.file-system-device", "open the device of file systems in programs", "open-to-write", "/dev/fuse")
            .mayWork(),
        .probe("proc.machine-device", "open the device of virtual machines", "open-to-write", "/dev/kvm").mayWork(),
        .probe("proc.loop-device", "open the device that makes disks of files", "open-to-write", "/dev/loop-control")
            .mayWork(),
        .probe("proc.devices", "find the devices of the host", "list", "/dev/block").mayWork(),
    ]
}

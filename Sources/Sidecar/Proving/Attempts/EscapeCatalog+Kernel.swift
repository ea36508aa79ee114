internal import Confinement

extension EscapeCatalog {
    private static func call(_ id: String, _ title: String, _ words: String...) -> EscapeAttempt {
        EscapeAttempt("kernel.\(id)", title, .probe(words)).mayWork()
    }

    private static let namespaces: [EscapeAttempt] = [
        call("new-user-namespace", "make a user namespace, and have every capability in it", "separate", "0x10000000")
            .unless(.call("unshare")),
        call("new-mount-namespace", "make a mount namespace", "separate", "0x20000"),
        call("new-network-namespace", "make a network namespace", "separate", "0x40000000"),
        call("new-pid-namespace", "make a pid namespace", "separate", "0x20000000"),
        call("new-ipc-namespace", "make an ipc namespace", "separate", "0x8000000"),
        call("new-time-namespace", "make a time namespace", "separate", "0x80"),
        call("clone-user", "the same by clone: a user namespace", "clone-flags", "0x10000000"),
        call("clone-user-mount", "by clone: a user and a mount namespace", "clone-flags", "0x10020000"),
        call("clone-network", "by clone: a user and a network namespace", "clone-flags", "0x50000000"),
        call("clone3-user", "by the call whose flags a filter cannot see", "clone3-flags", "0x10000000"),
        call("clone3-plain", "that call at all", "clone3-flags", "0").with(control: .works),
        call(
            "enter-first-mount", "enter the mount namespace of the first process", "enter-namespace", "/proc/1/ns/mnt"),
        call("enter-own-user", "enter one's own user namespace again", "enter-namespace", "/proc/self/ns/user"),
    ]

    private static let mounts: [EscapeAttempt] = [
        call("mount-memory", "mount an empty file system", "mount-memory", "/tmp"),
        call("mount-bind", "mount a folder at another place", "mount-bind", "/", "/tmp"),
        call("mount-again", "mount the workspace anew, without restrictions", "mount-again", "{ws}"),
        call("mount-spread", "have mounts spread to the host", "mount-spread", "/"),
        call("mount-processes", "mount a /proc that shows everything", "mount-processes", "/proc"),
        call("mount-layers", "lay a file system over another", "mount-layers", "/tmp"),
        call("mount-formats", "mount the register of formats", "mount-formats", "/tmp"),
        call("unmount-git", "take the mount off .git/config", "unmount", "{ws}/.git/config"),
        call("unmount-workspace", "take the mount off the workspace", "unmount", "{ws}"),
        call("unmount-root", "take the root off", "unmount", "/"),
        call("new-mount", "mount by the newer calls", "new-mount"),
        call("take-tree", "copy a tree of mounts", "take-tree", "/"),
        call("look-tree", "open a tree of mounts", "look-tree", "/"),
        call("move-mount", "move a mount elsewhere", "move-mount", "{ws}", "/tmp"),
        call("mount-attributes", "take noexec off the workspace", "mount-attributes", "{ws}"),
        call("pick-mount", "open a mount to change it", "pick-mount", "/"),
        call("change-root", "change the root", "change-root", "/tmp"),
        call("pivot", "exchange the root", "pivot", "/tmp"),
    ]

    private static let surface: [EscapeAttempt] = [
        call("ring", "a ring of calls that no filter sees", "ring"),
        call("ring-enter", "work off such a ring", "ring-enter"),
        call("faults", "handle page faults, which stops the kernel midway", "faults", "0"),
        call("faults-user", "the same for ordinary users", "faults", "1"),
        call("bpf-map", "make a map for programs in the kernel", "bpf-map"),
        call("bpf-program", "load a program into the kernel", "bpf-program"),
        call("counters-software", "count events of software", "counters", "1"),
        call("counters-hardware", "count events of the processor", "counters", "0"),
        call("counters-tracepoint", "count at places in the kernel", "counters", "2"),
        call("add-key", "put a key into the kernel", "add-key"),
        call("ask-key", "have the kernel ask a program for a key", "ask-key"),
        call("keys", "ask for a key ring", "keys"),
        call("load-module", "load a module from a file", "load-module"),
        call("load-module-memory", "load a module from memory", "load-module-memory"),
        call("remove-module", "remove a module", "remove-module"),
        call("next-kernel", "load another kernel", "next-kernel"),
        call("next-kernel-file", "load another kernel from a file", "next-kernel-file"),
        call("restart", "restart the machine", "restart").unsafe("only the right to call it is tried, in the jail"),
        call("log", "read the log of the kernel by its call", "log-of-kernel"),
        call("clock", "set the clock", "clock-set"),
        call("host-name", "rename the machine", "host-name"),
        call("accounting", "switch the accounting of processes", "accounting"),
        call("swap", "take swap space away", "swap-off", "/nonexistent"),
        call("quota", "ask for quotas of disks", "quota"),
        call("watch-files", "watch all files of a file system", "watch-files", "0"),
        call("watch-files-user", "the same for ordinary users", "watch-files", "0x200"),
        call("personality", "make everything readable executable", "personality", "0x0400000").with(control: .works),
        call("personality-layout", "switch off the shuffling of addresses", "personality", "0x0040000").with(
            control: .works),
        call("old-gate", "the calls of 32-bit programs (int 0x80)", "old-gate"),
        call("other-table", "the calls with 32-bit pointers (x32)", "other-table"),
        call("ports", "access to ports of the hardware", "ports"),
        call("all-ports", "access to all ports of the hardware", "all-ports"),
        call("segments", "change the table of segments", "segments"),
        call("secret-memory", "memory that not even the kernel sees", "secret-memory"),
        call("unknown-number", "a call that does not exist", "numbered", "0x3fff"),
        call("negative-number", "a call with a negative number", "numbered", "-7"),
        call("far-number", "a call by a number beyond the table", "numbered", "1000"),
        call("filter-over", "lay a filter of one's own over the jail's", "seccomp-listener"),
    ]

    static let kernel = namespaces + mounts + surface

    static let privileges: [EscapeAttempt] = [
        privilege("become-root", "become root", "user", "0").mayWork(),
        privilege("become-other", "become somebody else", "user", "1").mayWork(),
        privilege("root-group", "be in root's group", "group", "0").mayWork(),
        privilege("groups", "take on other groups", "groups").mayWork(),
        privilege("file-user", "be root towards files", "file-user").mayWork(),
        privilege("capabilities", "take every capability", "capabilities").mayWork(),
        privilege("held-capabilities", "have any capability left", "held-capabilities").mayWork(),
        privilege("ambient", "keep a capability over execve", "ambient", "21").mayWork(),
        privilege("bounding", "find a capability that could be had again", "bounding").held(by: .userNamespace),
        privilege("new-privileges", "take back that no privileges are gained", "new-privileges"),
        privilege("secure-bits", "take back the locks of root's powers", "secure-bits").held(by: .userNamespace),
        privilege("filterless", "be without a filter of system calls", "filterless").mayWork(),
        privilege("mapping", "be root, or more than one user, outside", "mapping").unsafe(
            "there is no map without a jail"),
        privilege("set-user-su", "start su, which runs as root", "set-user-program", "/usr/bin/su").mayWork(),
        privilege("set-user-passwd", "start passwd, which runs as root", "set-user-program", "/usr/bin/passwd")
            .mayWork(),
        privilege("set-user-mount", "start mount, which runs as root", "set-user-program", "/usr/bin/mount").mayWork(),
    ]

    private static func privilege(_ id: String, _ title: String, _ words: String...) -> EscapeAttempt {
        EscapeAttempt("privileges.\(id)", title, .probe(words))
    }

    static let environment: [EscapeAttempt] = ProofPlaces.plantedVariables.keys.sorted().map { name in
        .probe(
            "environment.\(name.lowercased().replacing("_", with: "-"))",
            "read \(name) of the sidecar's own environment",
            "variable", name
        ).unless(.variable(name))
    }

    static let terminal: [EscapeAttempt] = [
        typed("type", "type a letter into the terminal (TIOCSTI)", "type").mayWork(),
        typed("type-high", "the same with bits that the kernel ignores and a filter may not", "type-high").mayWork(),
        typed("paste", "paste what is selected (TIOCLINUX)", "paste").mayWork(),
        typed("control", "make it the controlling terminal", "control-terminal").mayWork(),
        typed("console", "take over the console's output", "take-console").mayWork(),
        typed("discipline", "change how the kernel reads it, which loads modules", "discipline").mayWork(),
        typed("reopen", "write escape sequences to the terminal that is only read from", "reopen-terminal")
            .by(.witness("shown")),
        typed("peer", "open its other end", "terminal-peer").mayWork(),
        typed("dev-tty", "open /dev/tty", "terminal-by-name", "/dev/tty").mayWork(),
        typed("console-device", "open /dev/console", "terminal-by-name", "/dev/console").mayWork(),
        typed("terminal-device", "open the terminal's own device", "terminal-by-name", "{tty}").by(.witness("shown"))
            .mayWork(),
        typed("new-terminal", "open a new terminal", "new-terminal").mayWork(),
    ]

    private static func typed(_ id: String, _ title: String, _ words: String...) -> EscapeAttempt {
        EscapeAttempt("terminal.\(id)", title, .probe(words)).given(.terminal)
    }
}

extension EscapeAttempt {
    func with(control: Control) -> EscapeAttempt {
        var copy = self
        copy.control = control
        return copy
    }
}

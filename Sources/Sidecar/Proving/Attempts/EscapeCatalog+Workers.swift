/// A file tool of ours that a file has taken over: it has the policy's files, its socket, and nothing else. It gets less than a
/// program of the policy, and no rule of the policy gives it more, but for files.
extension EscapeCatalog {
    static let workers = (takingOthers + takingCode + takingSockets + takingFiles + takingKernel).map {
        $0.given(.worker)
    }

    private static func attempt(_ id: String, _ title: String, _ words: String...) -> EscapeAttempt {
        EscapeAttempt("worker.\(id)", title, .probe(words))
    }

    private static let takingOthers: [EscapeAttempt] = [
        attempt("run-itself", "execute its own program again", "run", "{probe}", "say").by(.marker),
        attempt("run-loader", "execute it by the loader of programs", "run-by-loader", "{loader}", "{probe}", "say")
            .by(.marker).mayWork(),
        attempt("run-descriptor", "execute it by a descriptor", "run-by-descriptor", "{probe}", "say").by(.marker),
        attempt("run-shell", "execute a shell", "run", "/bin/sh", "-c", "echo $((1764 * 1931))").by(.marker),
        attempt("run-memory", "execute a program out of memory", "run-memory", "{probe}", "say").by(.marker),
        attempt("make-process", "make another process", "make-process"),
        attempt("make-process-sharing", "make one that shares its memory", "make-process-sharing").mayWork(),
        attempt("trace", "trace the first process of its run", "trace", "1").mayWork(),
        attempt("read-memory", "read another process", "read-memory", "{pid}", "{memory}").by(.secret).mayWork(),
        attempt("take-descriptor", "take a descriptor of another", "take-descriptor", "{pid}", "{fd}").mayWork(),
        attempt("signal-all", "signal everybody", "signal-all", "10").unsafe("it would meet everybody"),
    ]

    private static let takingCode: [EscapeAttempt] = [
        attempt("code-in-memory", "map memory that can be executed", "code-in-memory"),
        attempt("code-made-later", "make written memory executable", "code-made-later"),
        attempt("code-in-data", "make its own data executable", "code-in-data"),
        attempt("code-over-program", "map a program so that it can be changed", "code-over-program", "{probe}"),
        attempt("own-filter", "lay a filter of its own", "own-filter"),
        attempt("listener", "answer for its own calls", "seccomp-listener").mayWork(),
    ]

    private static let takingSockets: [EscapeAttempt] = [
        attempt("send-descriptor", "send a descriptor to its host", "send-descriptor", "/dev/null"),
        attempt("ask-peer", "learn who its host is", "ask-peer"),
        attempt("turn-credentials", "have the socket tell more than bytes", "send-credentials"),
        attempt("pair", "make another pair of sockets", "pair", "1", "1"),
        attempt("internet", "make a socket to the internet", "family", "2", "1", "0"),
        attempt("internet-6", "the same for IPv6", "family", "10", "1", "0").mayWork(),
        attempt("datagram", "make a socket for datagrams", "family", "2", "2", "0"),
        attempt("path", "make a socket that has a path", "family", "1", "1", "0"),
        attempt("routing", "make a socket to the kernel's routing", "family", "16", "3", "0").mayWork(),
    ]

    /// O_PATH and its like are numbers of x86-64 and arm64 alike: 0 to read, 1 to write, 65 to write and make.
    private static let takingFiles: [EscapeAttempt] = [
        attempt(
            "read-outside", "read beside the workspace by its own call", "open-by-pointer", "{outside}/secret", "0", "0"
        )
        .by(.secret).unless(.read("{outside}/secret")),
        attempt("read-up", "the same by going up", "open-by-pointer", "{ws}/../outside/secret", "0", "0").by(.secret)
            .mayWork().unless(.read("{outside}/secret")),
        attempt(
            "read-root", "the same below /proc/self/root", "open-by-pointer", "/proc/self/root{outside}/secret", "0",
            "0"
        )
        .by(.secret).unless(.read("{outside}/secret")),
        attempt("write-hook", "make a git hook", "open-by-pointer", "{ws}/.git/hooks/pre-commit", "65", "0")
            .by(.state).unless(.write("{ws}/.git/hooks/pre-commit")),
        attempt("write-config", "write into git's configuration", "open-by-pointer", "{ws}/.git/config", "1", "0")
            .by(.state).unless(.write("{ws}/.git/config")),
        attempt("write-own-memory", "write into its own memory by name", "open-by-pointer", "/proc/self/mem", "1", "0")
            .mayWork(),
        attempt("by-handle", "open a file by its number", "by-handle", "{outside}/secret").by(.secret).mayWork(),
        attempt("device", "make a device", "node", "{dir}/d", "b").mayWork(),
        attempt("set-user", "give a file a set-user bit", "mode-later", "{dir}/p", "04755"),
    ]

    private static let takingKernel: [EscapeAttempt] = [
        attempt("namespace", "make a user namespace", "separate", "0x10000000").mayWork(),
        attempt("clone-namespace", "the same by clone", "clone-flags", "0x10000000").mayWork(),
        attempt("clone3-namespace", "the same by clone3", "clone3-flags", "0x10000000").mayWork(),
        attempt("mount", "mount a file system", "mount-memory", "/tmp").mayWork(),
        attempt("ring", "a ring of calls that no filter sees", "ring").mayWork(),
        attempt("bpf", "a program in the kernel", "bpf-program").mayWork(),
        attempt("keys", "the kernel's keys", "keys").mayWork(),
        attempt("faults", "handle page faults", "faults", "1").mayWork(),
        attempt("personality", "make everything readable executable", "personality", "0x0400000"),
        attempt("old-gate", "the calls of 32-bit programs", "old-gate").mayWork(),
        attempt("other-table", "the calls with 32-bit pointers", "other-table").mayWork(),
    ]
}

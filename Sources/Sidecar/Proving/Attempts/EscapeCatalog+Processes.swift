internal import Confinement

extension EscapeCatalog {
    static let processes = touching + sharing + surviving

    private static func touch(_ id: String, _ title: String, _ words: String...) -> EscapeAttempt {
        EscapeAttempt("processes.\(id)", title, .probe(words))
    }

    private static let touching: [EscapeAttempt] = [
        touch("signal", "send a signal to a process of the host", "signal", "{pid}", "10"),
        touch("signal-thread", "the same to its thread", "signal-thread", "{pid}", "10"),
        touch("signal-queued", "the same with data", "signal-queued", "{pid}", "10"),
        touch("signal-descriptor", "the same by a descriptor of the process", "signal-by-descriptor", "{pid}", "10"),
        touch("signal-group", "the same to its group", "signal", "-{pid}", "10").mayWork(),
        touch("signal-all", "send a signal to everybody that can be reached", "signal-all", "10")
            .unsafe("it would reach everything of this user").by(.witness("signals")),
        touch("guess", "find any process that can be signaled", "guess"),
        touch("kill-first", "kill the first process of the jail", "kill-first").unsafe("it is this machine's own"),
        touch("trace", "trace a process of the host", "trace", "{pid}").mayWork(),
        touch("trace-first", "trace the first process of the jail", "trace", "1").mayWork(),
        touch("trace-child", "trace a child, which is a way into its system calls", "trace-child").mayWork()
            .unless(.call("ptrace", wide: true)),
        touch("read-memory", "read the memory of a process of the host", "read-memory", "{pid}", "{memory}").by(.secret)
            .mayWork(),
        touch("write-memory", "write into the memory of a process of the host", "write-memory", "{pid}", "{memory}")
            .by(.witness("memory")).mayWork(),
        touch("memory-file", "read it through /proc", "memory-file", "{pid}", "{memory}").by(.secret).mayWork(),
        touch("read-memory-first", "read the memory of the jail's first process", "read-memory", "1", "0x400000")
            .mayWork(),
        touch("take-descriptor", "take a descriptor from a process of the host", "take-descriptor", "{pid}", "{fd}")
            .by(.secret).mayWork(),
        touch("take-descriptor-first", "take one from the jail's first process", "take-descriptor", "1", "0").mayWork(),
        touch("compare", "compare kernel objects with a process of the host", "compare", "{pid}").mayWork(),
        touch("limits", "read the limits of a process of the host", "limit", "{pid}"),
        touch("priority", "change the priority of a process of the host", "priority", "{pid}"),
        touch("processors", "ask where a process of the host may run", "processors", "{pid}").held(by: .pidNamespace),
        touch("session", "ask which session a process of the host is in", "session", "{pid}").held(by: .pidNamespace),
        touch("enter", "enter the namespaces of a process of the host", "enter", "{pid}").mayWork(),
        touch("move-pages", "move pages of a process of the host", "move-pages", "{pid}", "{memory}").mayWork(),
        touch("robust-list", "read where a process of the host keeps its locks", "robust-list", "{pid}").mayWork(),
        touch(
            "memory-advice", "give advice on the memory of a process of the host", "memory-advice", "{pid}", "{memory}"
        )
        .mayWork(),
    ]

    private static let sharing: [EscapeAttempt] = [
        touch("shared-memory", "attach memory that is shared by a number", "shared-memory", "{key}").by(.secret),
        touch("message-queue", "send a message by a number", "message-queue", "{key}"),
        touch("named-queue", "open a queue of the host by its name", "named-queue", "sidecar-prove-{number}").mayWork(),
    ]

    private static func survive(_ id: String, _ title: String) -> EscapeAttempt {
        .probe("processes.survive-\(id)", title, "survive-\(id)").by(.survivor).given(.pipe)
    }

    private static let surviving: [EscapeAttempt] = [
        survive("session", "outlive the run in a session of one's own"),
        survive("double-fork", "outlive it as nobody's child"),
        survive("sibling", "outlive it as a child of the run's first process"),
        survive("stopped", "outlive it stopped, so that no signal is heard"),
        survive("adopted", "outlive it as somebody who adopts orphans"),
        survive("runaway", "outlive it as a chain in which each makes the next"),
    ]
}

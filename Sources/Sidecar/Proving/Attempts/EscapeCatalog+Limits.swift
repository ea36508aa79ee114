internal import Confinement

extension EscapeCatalog {
    private static let heavy = EscapeAttempt.Control.unsafe("it would weigh on this machine")

    private static func raise(
        _ id: String, _ title: String, _ resource: Int, _ limit: LimitName? = nil
    ) -> EscapeAttempt {
        .probe("limits.raise-\(id)", title, "raise-limit", "\(resource)").mayWork()
            .unless(limit.map { .limit($0) } ?? .nothing)
    }

    static let limits: [EscapeAttempt] = [
        .probe("limits.processes", "more processes than the policy allows", "processes", "{over-processes}")
            .with(control: heavy).unless(.limit(.processes)),
        .probe("limits.threads", "more threads than the policy allows processes", "threads", "{over-processes}")
            .with(control: heavy).unless(.limit(.processes)),
        .probe("limits.memory", "more memory than the policy allows", "memory", "{over-memory}").unless(
            .limit(.memory)),
        .probe("limits.memory-heap", "the same by a growing heap", "memory-heap", "{over-memory}").mayWork()
            .unless(.limit(.memory)),
        .probe("limits.memory-shared", "the same in memory that children would share", "memory-shared", "{over-memory}")
            .mayWork()
            .unless(.missing(.controlGroup)),
        .probe("limits.memory-locked", "sixteen megabytes that cannot be swapped out", "memory-locked", "16777216")
            .mayWork(),
        .probe(
            "limits.file-size", "a file that is larger than the policy allows", "file-size", "{dir}/f",
            "{over-file-size}"
        )
        .mayWork().unless(.limit(.fileSize)),
        .probe("limits.file-cut", "the same by cutting it longer", "file-cut", "{dir}/f", "{over-file-size}")
            .mayWork().unless(.limit(.fileSize)),
        .probe("limits.open-files", "more open files than the policy allows", "files", "{over-open-files}").mayWork()
            .unless(.limit(.openFiles)),
        .probe("limits.disk", "fill /tmp", "disk", "/tmp", "{over-temporary}").with(control: heavy).inPrivateFolder(),
        .probe("limits.disk-shm", "fill /dev/shm", "disk", "/dev/shm", "{over-temporary}").with(control: heavy)
            .inPrivateFolder(),
        .probe("limits.names", "fill /tmp with empty files", "names", "/tmp", "{over-names}").with(control: heavy)
            .inPrivateFolder(),
        .probe("limits.output", "write more than the policy lets anybody read", "flood", "8388608").by(.overflow)
            .unless(.limit(.output)),
        .probe("limits.wall", "go on when the time is over, and hear no signal", "deaf").by(.overtime).given(
            .wall(300)),
        .probe("limits.processor", "go on when the processor's time is over", "spin").by(.overtime).given(
            .processorSecond),
        raise("cpu", "have no limit of processor time", 0, .cpu),
        raise("file-size", "have no limit of the size of files", 1, .fileSize),
        raise("data", "have no limit of memory", 2, .memory),
        raise("core", "have no limit of memory dumps", 4),
        raise("processes", "have no limit of processes", 6, .processes),
        raise("open-files", "have no limit of open files", 7, .openFiles),
        raise("locked", "have no limit of locked memory", 8),
        raise("signals", "have no limit of waiting signals", 11),
        raise("queues", "have no limit of message queues", 12),
        raise("nice", "have no limit of priority", 13),
        raise("real-time", "have no limit of real-time priority", 14),
        .probe("limits.dump", "leave a dump of memory", "dump").mayWork(),
        .probe("limits.scheduler", "run before everybody else (real time)", "real-time").mayWork(),
        .probe("limits.priority", "run before everybody else (nice)", "nicer").mayWork(),
    ]
}

extension EscapeAttempt {
    /// It would fill the host's own disk where /tmp is the host's.
    fileprivate func inPrivateFolder() -> EscapeAttempt {
        var copy = self
        copy.needsPrivateFolder = true
        return copy
    }
}

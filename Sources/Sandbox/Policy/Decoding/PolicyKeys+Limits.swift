internal import LinuxSystem
internal import YAML

extension PolicyKeys {
    private static let shortest = TimeSpan.milliseconds(1)
    private static let oneDay = TimeSpan.seconds(86_400)
    private static let sizes = 1...(1 << 44)

    static var limits: Section<LimitRules> {
        Section(
            defaults: LimitRules(),
            [
                Key("wall", \.wall, ValueKind.time(shortest...oneDay).rule, example: "120s", "Time on the clock."),
                Key(
                    "cpu", \.cpu, ValueKind.time(shortest...oneDay).rule, example: "60s",
                    "Time of processors, of one process."),
                Key("memory", \.memory, ValueKind.size(sizes).rule, example: "2GiB", "Memory."),
                Key(
                    "processes", \.processes, ValueKind.integer(1...100_000).rule, example: "256",
                    "Processes and threads at the same time; the runs of one jail share the count."),
                Key(
                    "open_files", \.openFiles, ValueKind.integer(8...1_048_576).rule, example: "1024",
                    "Open files of one process."),
                Key(
                    "file_size", \.fileSize, ValueKind.size(sizes).rule, example: "1GiB",
                    "The largest file that is written."),
                Key(
                    "output", \.output, ValueKind.size(1...(1 << 30)).rule, example: "30000",
                    "Output that is kept, in bytes; the rest is dropped while it is read."),
                Key(
                    "runs_per_minute", \.runsPerMinute, ValueKind.integer(1...1_000_000).rule, example: "600",
                    "Runs that may start in a minute."),
                Key(
                    "concurrent", \.concurrent, ValueKind.integer(1...10_000).rule, example: "8",
                    "Runs at the same time."),
            ])
    }

    static var syscalls: Section<SyscallRules> {
        Section(
            defaults: SyscallRules(),
            [
                Key(
                    "profile", \.profile, ValueKind<SyscallRules.Profile>.choice.rule, example: "default",
                    "The list to start from: `strict` is for tools that start no programs, `wide` for debuggers."),
                Key("allow", \.allow, ValueKind.systemCall.rules, example: "[ptrace]", "Calls beyond the profile."),
                Key(
                    "deny", \.deny, ValueKind.deniableSystemCall.rules, example: "[mlock]",
                    "Calls of the profile that are refused."),
            ])
    }
}

extension ValueKind<Int> {
    /// There is one so far.
    static var policyVersion: ValueKind {
        parsed(
            "number", .integer(1...1),
            { text throws(ValueError) in
                guard text == "1" else { throw ValueError("is no version that is known here; write 1") }
                return 1
            },
            show: { .integer($0) })
    }
}

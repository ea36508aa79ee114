internal import Confinement
package import Sandbox
internal import ToolRuntime

/// What a command used, against what its policy grants.
package struct TraceReport: Sendable {
    package struct Use: Sendable, Hashable {
        package let what: String
        package let isGranted: Bool
    }

    package struct Denied: Sendable, Hashable {
        package let what: String
        package let rule: String
        package let place: RulePlace?
        package let reason: String
    }

    package let policy: String
    package let command: [String]
    /// nil where a signal ended it.
    package let exitCode: Int?
    package let signal: Int?
    package let timedOut: Bool
    package var programs: [Use] = []
    package var read: [Use] = []
    package var written: [Use] = []
    /// Files that it asked for and did not get here, nor would under the policy.
    package var refused: [Use] = []
    package var hosts: [Use] = []
    /// Past the proxy, which no jail lets through.
    package var connections: [String] = []
    package var calls: [Use] = []
    package var denied: [Denied] = []
    package var additions: [TraceAddition] = []
    /// Each addition was seen to be needed.
    package var isMinimal = false
    /// It did not get all that it asked for, so it may ask for more once it does.
    package var isComplete = true
    package let output: String
    package let errors: String

    /// Of each list. Who uses more than that needs a folder, and no list of files.
    private static let usesMax = 2000

    init(_ command: [String], _ policy: Policy, _ recorded: RecordingJail.Recorded, _ needs: TraceNeeds) {
        let record = recorded.record
        self.command = command
        self.policy = policy.shownName
        exitCode = record.exitCode
        signal = record.signal
        timedOut = recorded.ran.outcome.timedOut
        output = recorded.ran.output
        errors = recorded.ran.errors
        isComplete = !record.isCut && (record.exitCode != nil || record.signal != nil)
        for program in record.programs {
            let needed = needs.program(program)
            let called = program.called.hasPrefix("/") ? NormalPath(program.called)?.text : nil
            let words = ([called ?? program.called] + program.words.dropFirst()).joined(separator: " ")
            Self.add(Use(what: Self.shortened(words), isGranted: needed.isEmpty), to: &programs)
            note(needed)
        }
        for file in record.files {
            let need = needs.file(file)
            if file.isDone {
                let use = Use(what: file.path, isGranted: need == nil)
                if file.use == .read { Self.add(use, to: &read) } else { Self.add(use, to: &written) }
            } else if let need {
                isComplete = false
                if need.denial == nil { Self.add(Use(what: need.what, isGranted: false), to: &refused) }
            }
            if let need { note([need]) }
        }
        hosts = recorded.ran.reachedHosts.map { Use(what: $0, isGranted: true) }
        for host in recorded.ran.refusedHosts {
            Self.add(Use(what: host.target, isGranted: false), to: &hosts)
            if host.rule != "network.allow" {
                denied.append(Denied(what: host.target, rule: host.rule, place: host.place, reason: host.detail))
            }
            isComplete = false
        }
        connections = record.connections.filter { !$0.hasPrefix("127.0.0.1:\(PlanSettings().proxyPort)") }
        for name in record.calls.compactMap({ SystemCalls.name($0) }) {
            calls.append(Use(what: name, isGranted: policy.syscalls.grants(name)))
        }
    }

    /// Not what administrators need: no addition makes that work in a jail.
    static func mayBeAllowed(_ name: String) -> Bool {
        var wide = SyscallRules()
        wide.profile = PolicyRule(.wide, name: "", place: RulePlace(file: "", line: 1, column: 1))
        return wide.grants(name)
    }

    private mutating func note(_ needs: [TraceNeeds.Need]) {
        for need in needs {
            guard let decision = need.denial else { continue }
            let denial = Denied(what: need.what, rule: decision.rule, place: decision.place, reason: decision.reason)
            if denied.count < Self.usesMax, !denied.contains(denial) { denied.append(denial) }
        }
    }

    private static func add(_ use: Use, to list: inout [Use]) {
        if list.count < usesMax, !list.contains(use) { list.append(use) }
    }

    private static func shortened(_ text: String) -> String {
        let line = text.split { $0.isNewline }.joined(separator: " ")
        return line.count > 200 ? "\(line.prefix(199))…" : line
    }
}

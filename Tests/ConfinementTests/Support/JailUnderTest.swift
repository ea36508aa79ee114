import Confinement
import Glibc
import LinuxSystem
import Sandbox
import TestSupport
import Testing

/// Who starts the zygote. As root it gives root up by itself; the other way is what everybody else sees.
enum Starter: String, CaseIterable, CustomTestStringConvertible {
    case ourselves
    case somebody
    var testDescription: String { rawValue }

    /// An ordinary user starts it as itself only.
    static let possible: [Starter] = getuid() == 0 ? allCases : [.ourselves]

    func program() throws -> ZygoteProgram {
        let own = try ZygoteProgram.besideThisProgram()
        return switch self {
        case .ourselves: own
        case .somebody:
            ZygoteProgram(
                path: "/usr/bin/setpriv",
                arguments: ["--reuid=65534", "--regid=65534", "--clear-groups", "--", own.path])
        }
    }
}

enum Host {
    /// Without these there is nothing to test: see `sidecar doctor`.
    static let canJail: Bool = {
        let facts = HostFacts.detect()
        return facts.userNamespace.namespaces?.contains([.pid, .network, .proc]) == true
            && facts.landlock.version != nil
            && facts.seccomp.filter
    }()
    static let reason: Comment =
        "this host gives no user, mount and pid namespaces, or no Landlock: see `sidecar doctor`"
}

struct Ran: Sendable {
    let outcome: JailOutcome
    let output: String
    let errors: String
}

/// A jail with helpers to run things in it.
struct JailUnderTest: Sendable {
    let zygote: Zygote
    let loop: EventLoop

    static func with<Result: Sendable>(
        _ plan: JailPlan, _ starter: Starter = .ourselves,
        _ body: @escaping @Sendable (JailUnderTest) async throws -> Result
    ) async throws -> Result {
        try await with(plan, try starter.program(), body)
    }

    static func with<Result: Sendable>(
        _ plan: JailPlan, _ program: ZygoteProgram, _ body: @escaping @Sendable (JailUnderTest) async throws -> Result
    ) async throws -> Result {
        try await withLoop { loop in
            try await Task(executorPreference: loop) {
                let zygote = try await Zygote.start(plan, program: program, on: loop)
                do {
                    let result = try await body(JailUnderTest(zygote: zygote, loop: loop))
                    await zygote.stop()
                    return result
                } catch {
                    await zygote.stop()
                    throw error
                }
            }.value
        }
    }

    func run(
        _ run: JailRun, input: String = "", wall: TimeSpan? = .seconds(60), outputMax: Int = 1 << 20
    ) async throws
        -> Ran
    {
        let stdin = try Descriptor.pipe()
        try stdin.writing.writeAll(input.utf8)
        let output = try OutputCapture.start(bytesMax: outputMax, on: loop)
        let errors = try OutputCapture.start(bytesMax: outputMax, on: loop)
        let (taken, wrong) = (output.capture, errors.capture)
        let streams = RunStreams(
            input: stdin.onlyReading(), output: output.onlyWriting(), error: errors.onlyWriting())
        let outcome = await zygote.run(run, streams, wall: wall)
        return Ran(outcome: outcome, output: text(taken), errors: text(wrong))
    }

    func shell(
        _ script: String, in folder: String = "/", environment: [String: String] = [:], limits: RunLimits = RunLimits(),
        input: String = "", wall: TimeSpan? = .seconds(60)
    ) async throws -> Ran {
        var all = ["PATH": "/usr/bin"]
        all.merge(environment) { $1 }
        return try await run(
            JailRun(
                program: "/usr/bin/bash", arguments: ["bash", "-c", script], environment: all, folder: folder,
                limits: limits), input: input, wall: wall)
    }

    /// What the attacking program says: `worked`, or the name of the error; and what it printed before.
    func attack(
        _ arguments: String..., limits: RunLimits = RunLimits(), in folder: String = "/", isWorker: Bool = false
    ) async throws -> [String] {
        var attack = JailRun(
            program: Attacker.inside, arguments: ["attacks"] + arguments, folder: folder, limits: limits)
        attack.isWorker = isWorker
        let ran = try await run(attack)
        if case .signaled(let number) = ran.outcome.end { return ["signal \(number)"] }
        return ran.output.split(separator: "\n").map(String.init)
    }

    /// The zygote's own processes and all that came of them.
    func processes() -> Set<Int32> {
        var found: Set<Int32> = []
        var waiting = [zygote.pid]
        while let next = waiting.popLast() {
            guard let children = try? File.readText("/proc/\(next)/task/\(next)/children") else { continue }
            for child in children.split(separator: " ").compactMap({ Int32($0) }) where found.insert(child).inserted {
                waiting.append(child)
            }
        }
        return found
    }

    private func text(_ capture: OutputCapture) -> String {
        String(decoding: capture.finish().bytes(), as: UTF8.self)
    }
}

internal import Confinement
internal import LinuxSystem
internal import Sandbox
internal import ToolRuntime

/// Runs a command as a policy would, but for its lists of what is allowed, and writes down what it uses. The jail stays:
/// what is denied stays denied, only the workspace and the private /tmp can be written to, and the proxy holds to the
/// policy. People's own files beyond the policy and the workspace are not shown, because nobody knows which of them are secret.
enum RecordingJail {
    struct Recorded {
        let record: TraceRecord
        let ran: PolicyJail.Run
        /// Of the jail that it was recorded in.
        let plan: JailPlan
    }

    /// Where programs and what they need are kept, and nobody keeps secrets.
    private static let systemFolders = ["/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc", "/opt"]
    private static let recordBytesMax = 8 << 20

    static func run(
        _ command: [String], _ policy: Policy, _ variables: PolicyVariables, probe: NormalPath, on loop: EventLoop
    ) async throws(PolicyJail.Failure) -> Recorded {
        let tool = ToolName.runningPrograms
        let jail = try await PolicyJail.start(
            widened(policy), tool: tool, variables, ownPrograms: [probe], hosts: policy.rules(for: tool).network,
            on: loop)
        do throws(PolicyJail.Failure) {
            let recorded = try await run(command, in: jail, probe)
            await jail.stop()
            return recorded
        } catch {
            await jail.stop()
            throw error
        }
    }

    private static func run(
        _ command: [String], in jail: PolicyJail, _ probe: NormalPath
    ) async throws(PolicyJail.Failure) -> Recorded {
        let capture: OutputCapture
        let writing: OwnedDescriptor
        do throws(SystemError) {
            let started = try OutputCapture.start(bytesMax: recordBytesMax, on: jail.loop)
            capture = started.capture
            writing = OwnedDescriptor(started.onlyWriting())
        } catch {
            throw .system(error)
        }
        let ran = try await jail.run(probe.text, ["sidecar-probe", "record", "3"] + command, more: [writing])
        let output = capture.finish()
        var record = TraceRecord(String(decoding: output.bytes { _ in Array("\n".utf8) }, as: UTF8.self))
        if output.omitted > 0 { record.isCut = true }
        return Recorded(record: record, ran: ran, plan: jail.compiled.plan)
    }

    /// What the whitelist would forbid and the jail can bear.
    private static func widened(_ policy: Policy) -> Policy {
        var result = policy
        let place = RulePlace(file: "policy trace", line: 1, column: 1)
        func paths(_ texts: [String]) -> [PolicyRule<PathPattern>] {
            texts.compactMap { text in
                (try? PathPattern.parse(text)).map { PolicyRule($0, name: "policy trace", place: place) }
            }
        }
        result.rules.filesystem.read += paths(systemFolders)
        result.rules.filesystem.write += paths(["${workspace}", "${tmp}"])
        result.rules.filesystem.execute += paths(["${workspace}", "${tmp}"])
        if let all = try? CommandPattern.parse("*") {
            result.rules.commands.allow.append(PolicyRule(all, name: "policy trace", place: place))
        }
        // What is denied whatever its arguments are stays out. A rule on arguments would take away the calls that the recorder
        // needs; `DeniedCommand` has looked for those in the words of the command.
        result.rules.commands.deny.removeAll { $0.value.arguments != .any }
        for index in result.tools.indices {
            result.tools[index].rules.commands.deny.removeAll { $0.value.arguments != .any }
        }
        result.rules.commands.allow.removeAll { $0.value.arguments != .any }
        for index in result.tools.indices {
            result.tools[index].rules.commands.allow.removeAll { $0.value.arguments != .any }
        }
        result.syscalls.profile = PolicyRule(.wide, name: "policy trace", place: place)
        result.syscalls.deny = []
        // By rules alone nothing can be hidden, and nobody heard who asks for hosts.
        let needed: [SandboxLayer] = [.mountNamespace, .pidNamespace, .networkNamespace]
        result.require += needed.map { PolicyRule($0, name: "policy trace", place: place) }
        return result
    }
}

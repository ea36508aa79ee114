internal import Confinement
package import LinuxSystem
package import Sandbox
internal import ToolRuntime
package import YAML

/// Runs a command while its jail only notes what the policy would forbid, and finds the smallest additions that let it pass.
package enum Tracer {
    package enum Failure: Error, CustomStringConvertible {
        case policy(SettingsError)
        case jail(PolicyJail.Failure)
        /// With these additions it did not end as it did in the recording.
        case notEnough(String)
        case denied(DeniedCommand)
        case interrupted

        package var description: String {
            switch self {
            case .interrupted: "the trace was interrupted, and the command with it"
            case .policy(let error): error.problems.map(\.description).joined(separator: "\n")
            case .jail(let failure): failure.description
            case .notEnough(let text): text
            case .denied(let command): command.description
            }
        }

        package var exitCode: ExitCode {
            switch self {
            case .policy: .wrongInput
            case .jail(let failure): failure.exitCode
            case .notEnough, .interrupted: .failed
            case .denied: .denied
            }
        }
    }

    package struct Settings: Sendable {
        package var source: PolicySource
        package var variables: PolicyVariables
        package var command: [String]
        /// Where sidecar-probe is.
        package var probe: NormalPath
        /// Run it again under the policy with the additions, and without each of them in turn.
        package var repeats = false

        package init(source: PolicySource, variables: PolicyVariables, command: [String], probe: NormalPath) {
            self.source = source
            self.variables = variables
            self.command = command
            self.probe = probe
        }
    }

    package static func trace(
        _ settings: Settings, on loop: EventLoop, isInterrupted: @Sendable () -> Bool = { false }
    ) async -> Result<TraceReport, Failure> {
        do throws(Failure) {
            let policy = try load(settings, [])
            if let denied = DeniedCommand(settings.command, policy, settings.variables) { throw .denied(denied) }
            let recorded: RecordingJail.Recorded
            do throws(PolicyJail.Failure) {
                recorded = try await RecordingJail.run(
                    settings.command, policy, settings.variables, probe: settings.probe, on: loop)
            } catch {
                throw .jail(error)
            }
            if isInterrupted() { throw .interrupted }
            var report = try found(recorded, policy, settings)
            if settings.repeats {
                report.additions = try await Repetition(settings: settings, recorded: recorded, loop: loop).needed(
                    report.additions, isInterrupted)
                report.isMinimal = true
            }
            return .success(report)
        } catch {
            return .failure(error)
        }
    }

    static func load(_ settings: Settings, _ additions: [TraceAddition]) throws(Failure) -> Policy {
        do throws(SettingsError) {
            return try additions.policy(over: settings.source)
        } catch {
            throw .policy(error)
        }
    }

    // MARK: From the record

    /// Programs one at a time: what comes with one, a compiler's passes or an interpreter's modules, needs no line of its own.
    private static let singleProgramsMax = 24
    private static let roundsMax = 200

    private static func found(
        _ recorded: RecordingJail.Recorded, _ policy: Policy, _ settings: Settings
    ) throws(Failure) -> TraceReport {
        let before = try unmet(recorded, policy, settings)
        var report = TraceReport(settings.command, policy, recorded, before)
        var additions: [TraceAddition] = []
        for _ in 0..<roundsMax {
            let needs = try unmet(recorded, try load(settings, additions), settings)
            let programs = recorded.record.programs.flatMap { needs.program($0) }.compactMap(\.addition)
            var more = programs.count > 0 && additions.count < singleProgramsMax ? Array(programs.prefix(1)) : programs
            if more.isEmpty { more = others(recorded, policy, needs) }
            more = unique(more).filter { !additions.contains($0) }
            if more.isEmpty { break }
            additions += more
        }
        report.additions = merged(additions)
        return report
    }

    private static func unmet(
        _ recorded: RecordingJail.Recorded, _ policy: Policy, _ settings: Settings
    ) throws(Failure) -> TraceNeeds {
        do throws(PolicyJail.Failure) {
            let compiled = try PolicyJail.compile(policy, tool: ToolName.runningPrograms, settings.variables)
            return TraceNeeds(
                policy: policy, compiled: compiled, variables: settings.variables, recording: recorded.plan)
        } catch {
            throw .jail(error)
        }
    }

    /// Files, hosts and system calls.
    private static func others(
        _ recorded: RecordingJail.Recorded, _ policy: Policy, _ needs: TraceNeeds
    ) -> [TraceAddition] {
        let files = recorded.record.files.compactMap { needs.file($0)?.addition }
        let hosts = recorded.ran.refusedHosts.filter { $0.rule == "network.allow" }.map {
            TraceAddition(list: .hosts, text: $0.target)
        }.filter { host in !needs.policy.rules.network.allow.contains { $0.value.text == host.text } }
        let calls = recorded.record.calls.compactMap { SystemCalls.name($0) }.filter { name in
            !needs.policy.syscalls.grants(name) && TraceReport.mayBeAllowed(name)
        }
        return files + hosts + calls.map { TraceAddition(list: .calls, text: $0) }
    }

    private static func unique(_ additions: [TraceAddition]) -> [TraceAddition] {
        var seen: Set<TraceAddition> = []
        return additions.filter { seen.insert($0).inserted }
    }

    /// What lies in a folder that is granted needs no line. What may be written may be read.
    private static func merged(_ additions: [TraceAddition]) -> [TraceAddition] {
        unique(additions).filter { addition in
            !additions.contains { other in
                guard other != addition, addition.list == .read || addition.list == .write,
                    other.list == addition.list || other.list == .write
                else { return false }
                return addition.text == other.text || addition.text.hasPrefix(other.text + "/")
            }
        }
    }
}

/// The command again, under the policy itself: which additions it can do without.
private struct Repetition {
    let settings: Tracer.Settings
    let recorded: RecordingJail.Recorded
    let loop: EventLoop

    func needed(
        _ additions: [TraceAddition], _ isInterrupted: @Sendable () -> Bool
    ) async throws(Tracer.Failure) -> [TraceAddition] {
        guard let ending = recorded.record.exitCode else {
            throw .notEnough("the command did not end by itself, so it cannot be seen what it needs")
        }
        if let told = try await difference(additions, from: ending) {
            throw .notEnough("with all additions the command ends otherwise than when it was recorded: \(told)")
        }
        var needed = additions
        // Files first: a program that is needed no more may have been the one that read them.
        for addition in additions.reversed() {
            if isInterrupted() { throw .interrupted }
            let fewer = needed.filter { $0 != addition }
            if try await difference(fewer, from: ending) == nil { needed = fewer }
        }
        return needed
    }

    /// How it ends otherwise; nil where it ends as it did.
    private func difference(_ additions: [TraceAddition], from ending: Int) async throws(Tracer.Failure) -> String? {
        let policy = try Tracer.load(settings, additions)
        do throws(PolicyJail.Failure) {
            let jail = try await PolicyJail.start(
                policy, tool: ToolName.runningPrograms, settings.variables, on: loop)
            do throws(PolicyJail.Failure) {
                let ran = try await jail.run("/bin/bash", ["bash", "-c", "exec \"$@\"", "bash"] + settings.command)
                await jail.stop()
                if ran.outcome.end == .exited(Int32(ending)) { return nil }
                return "\(ran.outcome.end) \(ran.errors.suffix(400))"
            } catch {
                await jail.stop()
                throw error
            }
        } catch {
            throw .jail(error)
        }
    }
}

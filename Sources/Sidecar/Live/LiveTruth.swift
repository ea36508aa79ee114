internal import JSON
package import LinuxSystem
package import Sandbox
internal import ToolRuntime

/// The truth table of a policy against its jail on this host. The simulator says what the policy means; here the kernel says
/// what it does, and both must agree.
package enum LiveTruth {
    package enum Outcome: String, Sendable, CaseIterable {
        case agrees, differs
        /// The jail could not be asked, or its answer would show nothing.
        case unseen
    }

    package struct Line: Sendable {
        package let expectation: PolicyRule<Expectation>
        package let outcome: Outcome
        /// What the jail does; nil where that was not seen.
        package let seen: Decision.Outcome?
        package let reason: String
    }

    /// Over a stage of its own, that is gone afterwards.
    package static func run(
        _ policy: Policy, _ table: [TruthTable.Line], on loop: EventLoop,
        isInterrupted: @Sendable () -> Bool = { false }
    ) async -> Result<[Line], PolicyJail.Failure> {
        do throws(PolicyJail.Failure) {
            let stage: LiveStage
            do throws(SystemError) {
                stage = try LiveStage.make()
            } catch {
                throw .system(error)
            }
            defer { stage.remove() }
            return .success(try await run(policy, table, stage, loop, isInterrupted))
        } catch {
            return .failure(error)
        }
    }

    private static func run(
        _ policy: Policy, _ table: [TruthTable.Line], _ stage: LiveStage, _ loop: EventLoop,
        _ isInterrupted: @Sendable () -> Bool
    ) async throws(PolicyJail.Failure) -> [Line] {
        let calls = table.map { Call($0, policy, stage) }
        // Before there is any jail: what is there decides how it is protected.
        for call in calls { if let subject = call.subject { stage.plant(call.reaches, subject, tool: call.tool) } }
        var trials: [String: LiveTrial] = [:]
        var lines: [Line] = []
        do throws(PolicyJail.Failure) {
            for call in calls {
                if isInterrupted() { throw .system(SystemError(call: "policy test", code: SystemError.interrupted)) }
                guard call.objection == nil else {
                    lines.append(call.line(.unseen(call.objection ?? "")))
                    continue
                }
                let trial: LiveTrial
                if let known = trials[call.tool] {
                    trial = known
                } else {
                    trial = try await LiveTrial.start(policy, tool: call.tool, stage, on: loop)
                    trials[call.tool] = trial
                }
                lines.append(call.line(try await trial.seen(call.reaches, granted: call.isGranted)))
            }
        } catch {
            for trial in trials.values { await trial.jail.stop() }
            throw error
        }
        for trial in trials.values { await trial.jail.stop() }
        return lines
    }

    /// A line of the table, as it is on the stage.
    private struct Call {
        let line: TruthTable.Line
        let tool: String
        var subject: ToolSubject?
        var reaches: [LiveReach] = []
        /// Why no jail is asked.
        var objection: String?

        var isGranted: Bool { line.decision?.outcome == .allow }

        init(_ line: TruthTable.Line, _ policy: Policy, _ stage: LiveStage) {
            self.line = line
            let expectation = line.expectation.value
            tool = ToolName.canonical(expectation.tool)
            guard let decision = line.decision else {
                objection = "the call itself is wrong"
                return
            }
            if decision.outcome == .deny, decision.rule.hasPrefix("input.") {
                objection = "the input is refused before there is a run"
            } else if decision.rule == "tools" || decision.rule.hasSuffix(".enabled") && decision.outcome == .deny {
                objection = "the tool is off, so it has no jail"
            }
            let input = TruthTable.expand(expectation.input, stage.variables)
            let staged = try? PolicyJudge(policy, variables: stage.variables, host: BareHost()).decide(
                tool: tool, input: input)
            if objection == nil, staged?.outcome != decision.outcome {
                objection = "a rule of the policy names the place of the stage, \(stage.root)"
            }
            subject = try? ToolSubject(tool: tool, input: input, workspace: stage.variables.workspace)
            reaches = subject.map { LiveReach.all($0, workspace: stage.variables.workspace) } ?? []
            if objection == nil, subject == .nothing { objection = "the tool touches nothing that a jail could see" }
        }

        func line(_ seen: LiveTrial.Seen) -> Line {
            func made(_ outcome: Outcome, _ decision: Decision.Outcome?, _ reason: String) -> Line {
                Line(expectation: line.expectation, outcome: outcome, seen: decision, reason: reason)
            }
            return switch seen {
            case .allowed(let reason): made(isGranted ? .agrees : .differs, .allow, reason)
            case .denied(let reason): made(isGranted ? .differs : .agrees, .deny, reason)
            case .unseen(let reason): made(.unseen, nil, reason)
            }
        }
    }
}

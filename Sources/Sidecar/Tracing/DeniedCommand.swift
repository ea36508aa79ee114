internal import JSON
internal import Sandbox

/// Why a command is not traced at all: a rule on arguments denies it, or something that it plainly starts. No recording holds
/// to such rules, and what `git push` does is not taken back.
package struct DeniedCommand: Error, CustomStringConvertible {
    let decision: Decision

    init?(_ words: [String], _ policy: Policy, _ variables: PolicyVariables) {
        let text = words.map { ShellWord.quoted($0) }.joined(separator: " ")
        let judge = PolicyJudge(policy, variables: variables, host: SystemHost())
        let rules = policy.rules(for: ToolName.runningPrograms).commands.deny.filter { $0.value.arguments != .any }
        guard let found = try? judge.decide(tool: ToolName.runningPrograms, input: ["command": .string(text)]) else {
            return nil
        }
        let denied = found.programs.flatMap(\.flattened).compactMap(\.decision).first { decision in
            decision.outcome == .deny && rules.contains { $0.name == decision.rule && $0.place == decision.place }
        }
        guard let denied else { return nil }
        decision = denied
    }

    package var description: String {
        let place = decision.place.map { ", \($0)" } ?? ""
        return "\(decision.reason) (\(decision.rule)\(place)), so nothing was run"
    }
}

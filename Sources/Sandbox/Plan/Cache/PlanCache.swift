internal import Synchronization

/// Plans for as long as they hold: by policy, tool, workspace and settings, until the host would answer one of the compiler's
/// questions otherwise. In memory alone: a plan that came from a file would have to be believed.
///
/// A jail that runs is not touched by this: it has the files that its own plan named.
package final class PlanCache<Host: PlanHost>: Sendable {
    private let host: Host
    private let plansMax: Int
    private let plans = Mutex<[Entry]>([])

    /// All of a policy that a plan depends on.
    private struct Key: Sendable, Equatable {
        let rules: RuleSet
        let syscalls: SyscallRules
        let require: [PolicyRule<SandboxLayer>]
        let tool: String
        let variables: PolicyVariables
        let settings: PlanSettings
    }

    private struct Entry: Sendable {
        let key: Key
        let compiled: CompiledPolicy
        let answers: RecordingHost<Host>
    }

    package init(_ host: Host, plansMax: Int = 64) {
        self.host = host
        self.plansMax = plansMax
    }

    /// Compiles it, or finds it. Errors are not kept: what was missing may be there the next time.
    package func plan(
        _ policy: Policy, tool: String, variables: PolicyVariables, settings: PlanSettings
    ) throws(PlanError) -> CompiledPolicy {
        let key = Key(
            rules: policy.rules(for: tool), syscalls: policy.syscalls, require: policy.require, tool: tool,
            variables: variables, settings: settings)
        if let entry = take(key), entry.answers.isStillSo() {
            keep(entry)
            return entry.compiled
        }
        let answers = RecordingHost(host)
        let compiled = try PolicyCompiler.compile(
            policy, tool: tool, variables: variables, host: answers, settings: settings)
        // What changed while it was made may be half in it: whoever asks next has it made anew.
        if answers.isStillSo() { keep(Entry(key: key, compiled: compiled, answers: answers)) }
        return compiled
    }

    package var count: Int { plans.withLock { $0.count } }

    /// Out of the list while it is looked at: who asks at the same time makes another.
    private func take(_ key: Key) -> Entry? {
        plans.withLock { plans in plans.firstIndex { $0.key == key }.map { plans.remove(at: $0) } }
    }

    /// At the end; what was used longest ago is in front, and goes first.
    private func keep(_ entry: Entry) {
        plans.withLock { plans in
            plans.removeAll { $0.key == entry.key }
            plans.append(entry)
            if plans.count > plansMax { plans.removeFirst() }
        }
    }
}

/// One thing that a policy allows, in words that two policies can be compared by.
package struct PolicyGrant: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case tool, read, write, execute, command, host, environment, limit, syscall, require
    }

    /// nil: for every tool.
    package let tool: String?
    package let kind: Kind
    /// In the words of a policy file: `git push *`, `${workspace}`.
    package let what: String

    package init(tool: String? = nil, kind: Kind, what: String) {
        self.tool = tool
        self.kind = kind
        self.what = what
    }
}

/// What two policies mean differently. Found by asking both about every path, command and host that either names, and
/// about something just inside of each: between those, nothing changes.
package struct PolicyComparison: Sendable {
    /// What the second allows and the first does not, and the other way round.
    package let onlySecond: [PolicyGrant]
    package let onlyFirst: [PolicyGrant]

    package init(_ first: Policy, _ second: Policy) {
        let names = Set((first.tools + second.tools).map(\.name)).sorted()
        var added: [PolicyGrant] = []
        var removed: [PolicyGrant] = []
        let general = Self.grants(nil, first, second)
        added += general.added
        removed += general.removed
        for name in names {
            let own = Self.grants(name, first, second)
            added += own.added.filter { !general.added.contains($0.forAll) }
            removed += own.removed.filter { !general.removed.contains($0.forAll) }
        }
        let calls = SyscallComparison(first.syscalls, second.syscalls)
        added += calls.onlySecond
        removed += calls.onlyFirst
        // To require less is to run where the other does not.
        let (needed, wanted) = (Set(first.require.map(\.value)), Set(second.require.map(\.value)))
        added += Self.layers(needed.subtracting(wanted))
        removed += Self.layers(wanted.subtracting(needed))
        (onlySecond, onlyFirst) = (added, removed)
    }

    private static func layers(_ layers: Set<SandboxLayer>) -> [PolicyGrant] {
        SandboxLayer.allCases.filter(layers.contains).map {
            PolicyGrant(kind: .require, what: "runs without \($0.rawValue)")
        }
    }

    private static func grants(
        _ tool: String?, _ first: Policy, _ second: Policy
    ) -> (added: [PolicyGrant], removed: [PolicyGrant]) {
        let probes = GrantProbes(tool: tool, first, second)
        var added = probes.allowed(by: second, notBy: first)
        var removed = probes.allowed(by: first, notBy: second)
        let one = tool.map { first.rules(for: $0) } ?? first.rules
        let other = tool.map { second.rules(for: $0) } ?? second.rules
        let limits = LimitComparison(tool: tool, one.limits, other.limits)
        added += limits.onlySecond
        removed += limits.onlyFirst
        return (added, removed)
    }
}

extension PolicyGrant {
    /// The same for every tool.
    fileprivate var forAll: PolicyGrant { PolicyGrant(kind: kind, what: what) }
}

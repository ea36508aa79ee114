/// Rules as they are written in one part of a policy, the shared part or that of a tool, and what holds there.
struct AuditScope {
    /// nil: the shared rules.
    let tool: String?
    /// Those that are written here.
    let own: RuleSet
    /// Those that hold here.
    let effective: RuleSet
    let containment: Containment

    /// What a tool of this scope may do with a path, by which rule; nil when it may not.
    func access(_ path: NormalPath, _ access: PathAccess, _ scene: AuditScene) -> Decision? {
        let judge = PathJudge(rules: effective.filesystem, variables: scene.variables, host: scene.host)
        let decision = judge.decide(path.text, access, key: "path")
        return decision.outcome == .allow ? decision : nil
    }

    /// The rule of this scope's own that grants an access; nil where it is another part's rule, which is found there.
    func grant(of path: NormalPath, _ access: PathAccess, _ scene: AuditScene) -> PolicyRule<PathPattern>? {
        guard self.access(path, access, scene) != nil else { return nil }
        let rules = own.filesystem
        let judge = PathJudge(rules: rules, variables: scene.variables, host: scene.host)
        let candidates = access == .write ? rules.write : rules.read + rules.write + rules.execute
        let resolved = scene.host.resolve(path) ?? path
        // What a run sees in `${tmp}` is its own, whatever the host has at that path.
        return candidates.first { $0.value.variable != .tmp && judge.covers($0.value, resolved) }
    }
}

/// What code that runs under some rules can reach: how much it matters that there is any.
struct Containment {
    enum Network: Int, Comparable {
        case none, listed, any
        static func < (left: Network, right: Network) -> Bool { left.rawValue < right.rawValue }
    }

    let network: Network
    /// Files that a run has written may be executed, or mapped as code.
    let runsWhatItWrites: Bool
    let rung: Rung

    /// Of code of the agent's choice: an interpreter, a compiler, a build.
    var codeSeverity: AuditSeverity {
        switch network {
        case .any: .high
        case .listed: .medium
        case .none: rung <= .landlockAndSeccomp ? .medium : .low
        }
    }

    /// Of another program that is started in passing: it has to be granted itself, as far as the jail can see to that.
    var spawnSeverity: AuditSeverity { rung <= .landlockAndSeccomp ? .medium : .low }

    /// The end of a sentence.
    var text: String {
        let reach =
            switch network {
            case .any: "may reach every public host"
            case .listed: "may reach the hosts that are listed"
            case .none: "has no network"
            }
        let code = runsWhatItWrites ? "can run what it writes" : "cannot run what it writes"
        return "here it \(reach) and \(code) (rung \(rung.rawValue))"
    }
}

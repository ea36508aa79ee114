internal import LinuxSystem

/// What a run costs, gets from us and needs of the host.
enum LimitChecks {
    static let all = [noLimits, dangerousEnvironment, weakSandbox]

    private static let noLimits = AuditCheck(
        "R08", "limits.missing", .medium, "A limit is missing",
        why:
            "A loop, a build gone wrong or a fork bomb takes what it gets, and with it everything else on the machine.",
        fix:
            "Set them: `limits: { wall: 120s, cpu: 60s, memory: 2GiB, processes: 256, file_size: 1GiB, output: 30000 }`."
    ) { scene in
        scene.scopes.prefix(1).flatMap { scope -> [AuditDraft] in
            let limits = scope.effective.limits
            let missing: [(String, AuditSeverity)] = [
                limits.wall == nil ? ("wall", .medium) : nil, limits.memory == nil ? ("memory", .medium) : nil,
                limits.processes == nil ? ("processes", .medium) : nil, limits.cpu == nil ? ("cpu", .low) : nil,
                limits.fileSize == nil ? ("file_size", .low) : nil, limits.output == nil ? ("output", .low) : nil,
            ].compactMap { $0 }
            guard let worst = missing.map(\.1).max() else { return [] }
            let names = missing.map { "`\($0.0)`" }.joined(separator: ", ")
            return [AuditDraft(rule: "limits", place: scene.start, message: "there is no limit for \(names)", worst)]
        }
    }

    private static let dangerousEnvironment = AuditCheck(
        "R09", "environment.dangerous", .medium, "A run gets variables that change what programs do, or all of them",
        why:
            "By LD_PRELOAD, BASH_ENV, GIT_SSH_COMMAND or NODE_OPTIONS whoever sets them chooses code that is run; and among "
            + "all variables there are tokens.",
        fix: "Pass those that are needed: `environment: { pass: [LANG, \"LC_*\", TERM] }`."
    ) { scene in
        scene.scopes.flatMap { scope -> [AuditDraft] in
            let passed = scope.own.environment.pass.compactMap { rule -> AuditDraft? in
                if rule.value == "*" {
                    let tokens = scene.request.environmentNames.filter(Secrets.isCredential).sorted()
                    return AuditDraft(
                        rule, "every variable of the sidecar is passed on",
                        scope.containment.network == .none ? .medium : .high,
                        evidence: tokens.prefix(8).map { "\($0) is set" })
                }
                guard let effect = DangerousVariables.effect(of: rule.value) else { return nil }
                return AuditDraft(rule, "`\(rule.value)` decides \(effect)")
            }
            let set = scope.own.environment.set.compactMap { rule -> AuditDraft? in
                guard DangerousVariables.loading.contains(where: rule.value.name.hasPrefix) else { return nil }
                return AuditDraft(rule, "`\(rule.value.name)` decides which code programs load", .low)
            }
            return passed + set
        }
    }

    private static let weakSandbox = AuditCheck(
        "R10", "sandbox.weak", .high, "The jail may be weaker than the policy counts on",
        why: "Without `require` a policy is taken as it is on whichever host, however little of it can be held there.",
        fix: "Require the layers: `require: [seccomp, landlock]`, and `sidecar doctor` for a stronger host."
    ) { scene in
        let required = scene.policy.require.map(\.value)
        var found: [AuditDraft] = []
        let open = [SandboxLayer.seccomp, .landlock].filter { !required.contains($0) }
        if !open.isEmpty {
            let names = open.map(\.rawValue).joined(separator: " and ")
            found.append(AuditDraft(rule: "require", place: scene.start, message: "nothing requires \(names)"))
        }
        let present = scene.facts.layers
        for rule in scene.policy.require where !present.contains(rule.value) {
            found.append(
                AuditDraft(
                    rule, "`\(rule.value.rawValue)` cannot be had on this host, so nothing runs (exit code 4)", .medium,
                    evidence: ["rung \(scene.facts.rung.rawValue): \(scene.facts.rung.title)"]))
        }
        if scene.facts.rung <= .landlockAndSeccomp {
            let lost = scene.facts.rung.lost ?? ""
            found.append(
                AuditDraft(
                    rule: "require", place: scene.policy.require.first?.place ?? scene.start,
                    message: "this host has rung \(scene.facts.rung.rawValue) only", .medium,
                    evidence: ["lost: \(lost)"]))
        }
        return found
    }
}

/// Whether somebody looks after a policy.
enum UpkeepChecks {
    static let all = [untested, expiredWaiver, unknownWaiver, unused, changed]

    private static let untested = AuditCheck(
        "R11", "rules.untested", .medium, "The policy has no truth table, or does not keep to it",
        why: "A rule that nobody tries is believed and not known; the next change breaks it without a sound.",
        fix: "Write calls with the decision that must come out under `expect:`, and run `sidecar policy test`."
    ) { scene in
        let lines = TruthTable.run(scene.policy)
        guard !lines.isEmpty else {
            return [AuditDraft(rule: "expect", place: scene.start, message: "there is no `expect`")]
        }
        let decisions = Set(lines.compactMap(\.expectation.value.decision))
        var found = lines.compactMap { line in
            line.difference.map { AuditDraft(line.expectation, "\(line.expectation.value.tool): \($0)", .high) }
        }
        if let only = decisions.first, decisions.count == 1, let first = lines.first {
            let other = only == .allow ? "denied" : "allowed"
            found.append(AuditDraft(first.expectation, "no line of `expect` says what is \(other)", .low))
        }
        return found
    }

    private static let expiredWaiver = AuditCheck(
        "R12", "waivers.expired", .medium, "A waiver has expired",
        why: "Its findings count again: what was accepted for a time is not accepted any more.",
        fix: "Mend the finding, or let its owner accept it anew, with a date."
    ) { scene in
        scene.policy.waivers.filter { AuditWaivers.hasExpired($0.value, today: scene.request.today) }.map { rule in
            AuditDraft(
                rule, "the waiver of \(rule.value.check) was good until \(rule.value.expires)",
                evidence: ["owner: \(rule.value.owner)", "reason: \(rule.value.reason)"])
        }
    }

    private static let unknownWaiver = AuditCheck(
        "R15", "waivers.unknown", .medium, "A waiver is of something that cannot be waived",
        why: "It waives nothing; whoever wrote it believes that it does.",
        fix: "Take it out, and mend or renew the waiver that the finding is about."
    ) { scene in
        scene.policy.waivers.filter { AuditWaivers.unwaivable.contains($0.value.check) }.map { rule in
            AuditDraft(rule, "`\(rule.value.check)` is about waivers, and cannot be waived")
        }
    }

    private static let unused = AuditCheck(
        "R13", "rules.unused", .low, "A right is not used",
        why: "What no logged run needed is there for others alone.",
        fix: "Take the rule out; `sidecar policy explain` says what a call needs."
    ) { scene throws(NotEvaluated) in
        guard let usage = scene.request.usage else { throw NotEvaluated("no log of runs is given (`--log FILE`)") }
        guard usage.calls.count >= AuditUsage.callsMin else {
            throw NotEvaluated("the log holds \(usage.calls.count) runs, fewer than \(AuditUsage.callsMin)")
        }
        let used = scene.places(usedBy: usage)
        return scene.rights.filter { !used.contains($0.place) }.map { right in
            AuditDraft(
                rule: right.name, place: right.place,
                message: "`\(right.text)` was used by none of \(usage.calls.count) logged runs")
        }
    }

    private static let changed = AuditCheck(
        "R14", "rules.changed", .medium, "The policy is not the one that was approved",
        why: "Who approved a policy approved its rules, not those that came later.",
        fix: "Look at the difference; then approve it with `--write-baseline`."
    ) { scene throws(NotEvaluated) in
        guard let baseline = scene.request.baseline else {
            throw NotEvaluated("no baseline is given (`--baseline FILE`)")
        }
        let now = PolicyNormalForm.lines(scene.policy)
        // Who approved something approved what is stricter, too.
        let added = now.filter { $0.allows && !baseline.lines.contains($0.text) }
            .filter { line in !(baseline.limit(line.text).map { line.isStricter(than: $0) } ?? false) }
            .map { line in
                AuditDraft(
                    rule: line.rule, place: line.place, message: "`\(line.text)` is new since the policy was approved")
            }
        let removed = baseline.lines.subtracting(now.map(\.text)).filter(PolicyNormalForm.denies).sorted()
        guard let first = removed.first else { return added }
        return added + [
            AuditDraft(
                rule: nil, place: scene.start, message: "`\(first)` was approved, and is not there any more", .high,
                evidence: removed)
        ]
    }
}

extension AuditScene {
    /// Every rule that allows a call to do something.
    var rights: [RuleLabel] {
        scopes.flatMap { scope -> [RuleLabel] in
            let paths = scope.own.filesystem
            func labels<Value>(_ rules: [PolicyRule<Value>], _ text: (Value) -> String) -> [RuleLabel] {
                rules.map { RuleLabel(text: text($0.value), name: $0.name, place: $0.place) }
            }
            // What a program reads by itself is in no log: `read` beyond people's own files is left out.
            let own = paths.read.filter { $0.value.variable == .workspace || $0.value.variable == .home }
            return labels(own + paths.write.filter { $0.value.variable != .tmp }, \.text)
                + labels(scope.own.commands.allow, \.text) + labels(scope.own.network.allow, \.text)
        }
    }

    /// The rules that decide when logged calls are judged again.
    func places(usedBy usage: AuditUsage) -> Set<RulePlace> {
        var places: Set<RulePlace> = []
        for call in usage.calls {
            var variables = variables
            if let workspace = call.workspace.flatMap({ NormalPath($0) }) { variables.workspace = workspace }
            let judge = PolicyJudge(policy, variables: variables, host: host)
            guard let decision = try? judge.decide(tool: call.tool, input: call.input) else { continue }
            let all = [decision] + decision.programs.flatMap(\.flattened).compactMap(\.decision)
            places.formUnion(all.compactMap(\.place))
        }
        return places
    }
}

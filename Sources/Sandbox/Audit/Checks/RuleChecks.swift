/// Rules among each other.
enum RuleChecks {
    static let all = [unreachable, shadowed, duplicate, contradictory, neverConsulted, unknownName, widensParent]

    private static let unreachable = AuditCheck(
        "R01", "rules.unreachable", .low, "A rule can never allow anything",
        why: "A wider denial takes back all that it grants, or its tool is off. Whoever reads it believes otherwise.",
        fix: "Take the rule out, or narrow the denial."
    ) { scene in
        let denied = scene.scopes.flatMap { scope -> [AuditDraft] in
            scope.pairs(scene).filter { $0.denial.relation == .wider }.map { pair in
                AuditDraft(
                    rule: pair.name, place: pair.place, message: "`\(pair.text)` is denied by `\(pair.denial.text)`",
                    evidence: ["\(pair.denial.place)"])
            }
        }
        let off = scene.policy.tools.filter { !scene.isEnabled($0.name) && $0.rules.grantsSomething }.map { tool in
            AuditDraft(
                rule: tool.enabled?.name ?? "tools.\(tool.name)", place: tool.rules.firstPlace ?? scene.start,
                message: "the rules of `\(tool.name)` hold for nothing: it is not enabled")
        }
        return denied + off
    }

    private static let shadowed = AuditCheck(
        "R02", "rules.shadowed", .low, "A rule allows nothing that a wider one does not allow",
        why: "Whoever takes the narrow rule out, to forbid something, changes nothing.",
        fix: "Keep the one that is meant."
    ) { scene in
        scene.scopes.flatMap { scope in scope.repeats(scene).filter { !$0.isSame }.map(\.shadowed) }
    }

    private static let duplicate = AuditCheck(
        "R03", "rules.duplicate", .low, "A rule stands there twice",
        why: "Whoever takes one of them out, to forbid something, changes nothing.",
        fix: "Take one of them out."
    ) { scene in
        scene.scopes.flatMap { scope in scope.repeats(scene).filter(\.isSame).map(\.duplicate) }
    }

    private static let contradictory = AuditCheck(
        "R04", "rules.contradictory", .medium, "The same is allowed and denied",
        why: "The denial wins. One of the two is a mistake, and whoever wrote the other relies on it.",
        fix: "Take out the one that is not meant."
    ) { scene in
        scene.scopes.flatMap { scope -> [AuditDraft] in
            scope.pairs(scene).filter { $0.denial.relation == .same }.map { pair in
                AuditDraft(
                    rule: pair.name, place: pair.place, message: "`\(pair.text)` is allowed here and denied as well",
                    evidence: ["denied: \(pair.denial.place)"])
            }
        }
    }

    private static let neverConsulted = AuditCheck(
        "R05", "rules.never_consulted", .medium, "A rule is of a kind that its tool never asks for",
        why: "It looks like a right, or a limit, and is neither.",
        fix: "Write it for the tool that does such things, or take it out."
    ) { scene in
        var found: [AuditDraft] = []
        for tool in scene.policy.tools where scene.isEnabled(tool.name) {
            let asked = ToolKnowledge.sections(of: tool.name)
            for (section, rule, place) in tool.rules.sections where !asked.contains(section) {
                found.append(
                    AuditDraft(rule: rule, place: place, message: "`\(tool.name)` never asks for rules of `\(section)`")
                )
            }
        }
        guard scene.runners.isEmpty, let rule = scene.policy.rules.commands.allow.first else { return found }
        found.append(AuditDraft(rule, "no tool that is enabled starts programs"))
        return found
    }

    private static let unknownName = AuditCheck(
        "R06", "rules.unknown_name", .medium, "A name means nothing here",
        why:
            "A system call that there is not, or a tool of a server that nobody set up, is a slip of the pen: the rule that "
            + "was meant is missing.",
        fix: "Correct the name; `sidecar mcp list` shows the servers."
    ) { scene in
        var found = (scene.policy.syscalls.allow + scene.policy.syscalls.deny).filter {
            !scene.host.knowsSystemCall($0.value)
        }
        .map { AuditDraft($0, "there is no system call `\($0.value)`") }
        guard let servers = scene.request.servers else { return found }
        for tool in scene.policy.tools where ToolName.isOfServer(tool.name) {
            let server = ToolKnowledge.server(of: tool.name)
            guard !servers.contains(where: { Wildcard(server).matches($0) }) else { continue }
            found.append(
                AuditDraft(
                    rule: "tools.\(tool.name)", place: tool.enabled?.place ?? tool.rules.firstPlace ?? scene.start,
                    message: "no server `\(server)` is set up, which `\(tool.name)` would be of", .low))
        }
        return found
    }

    private static let widensParent = AuditCheck(
        "R07", "rules.widens_parent", .low, "A file allows more than the one that it extends",
        why:
            "That is what extending is for; but a limit that was set, or a tool that was off, was so for a reason, and readers "
            + "of the parent do not see it.",
        fix: "Check each entry; `sidecar policy diff` shows what they mean."
    ) { scene in
        let file = scene.policy.chain.first
        let own = scene.policy.widenings.filter { $0.place.file == file }
        let loosened = own.filter { isLoosening($0.rule) }
        let added = own.filter { !isLoosening($0.rule) }
        return [(loosened, "loosens", AuditSeverity.low), (added, "adds to", .low)].compactMap { list, verb, severity in
            guard let first = list.first else { return nil }
            let count = list.count == 1 ? "`\(first.text)`" : "\(list.count) entries, the first `\(first.text)`"
            let isEnabling = list.contains { $0.rule.hasSuffix(".enabled") }
            return AuditDraft(
                rule: first.rule, place: first.place, message: "\(verb) what \(first.parent) says: \(count)",
                isEnabling ? .medium : severity,
                evidence: list.prefix(12).map { "line \($0.place.line): \($0.rule) \($0.text)" })
        }
    }

    private static func isLoosening(_ rule: String) -> Bool {
        rule.contains("limits.") || rule.hasSuffix(".enabled") || rule.hasPrefix("syscalls.")
    }
}

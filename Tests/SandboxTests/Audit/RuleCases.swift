import Sandbox

extension AuditCase {
    private static let limits =
        "wall: 1s, cpu: 1s, memory: 1MiB, processes: 9, file_size: 1MiB, output: 9"

    private static let log = (0..<20).map { _ in #"{"tool":"Bash","input":{"command":"ls"},"decision":"allow"}"# }
        .joined(separator: "\n")

    static let rules: [AuditCase] = [
        AuditCase(
            "rules.unreachable", "filesystem: { read: [/srv/a/b], deny: [/srv/a] }",
            near: "filesystem: { read: [/srv/a], deny: [/srv/a/b] }", .low),
        AuditCase(
            "rules.unreachable", "tools: { WebFetch: { enabled: false, network: { allow: [\"example.org:443\"] } } }",
            near: "tools: { WebFetch: { network: { allow: [\"example.org:443\"] } } }"),
        AuditCase(
            "rules.shadowed", "commands: { allow: [git, \"git status *\"] }",
            near: "commands: { allow: [\"git status *\", \"git log *\"] }", .low),
        AuditCase(
            "rules.shadowed", "filesystem: { read: [/srv, /srv/a] }", near: "filesystem: { read: [/srv/a, /srv/ab] }"),
        AuditCase(
            "rules.shadowed", "network: { allow: [\"*.example.org:443\", \"a.example.org:443\"] }",
            near: "network: { allow: [\"*.example.org:443\", \"example.org:443\"] }"),
        // In the jail a workspace beneath the host's /tmp is no part of the run's own.
        AuditCase(
            "rules.shadowed", "filesystem: { write: [\"${tmp}\", \"${tmp}/x\"] }",
            near: "filesystem: { write: [\"${tmp}\", \"${workspace}\"] }"
        ).nearAsked { $0.variables.workspace = NormalPath(parts: ["tmp", "project"]) },
        // What a file extends it cannot take out, and a folder that is made is more than one that is allowed.
        AuditCase(
            "rules.shadowed", "extends: q.yaml\ncommands: { allow: [git, \"git log *\"] }",
            near: "extends: q.yaml\ncommands: { allow: [git] }"
        ).extending("q.yaml", "commands: { allow: [\"git status *\"] }"),
        AuditCase(
            "rules.shadowed", "network: { allow: [\"*:443\", \"*.example.org:443\"] }",
            near: "network: { allow: [\"*:443\", \"*.local:443\"] }"),
        AuditCase(
            "rules.shadowed", "filesystem: { execute: [\"${workspace}\", \"${workspace}/a\"] }",
            near: "filesystem: { execute: [\"${workspace}\", \"${workspace}/a/\"] }"),
        AuditCase("rules.duplicate", "commands: { allow: [ls, ls] }", near: "commands: { allow: [ls, cat] }", .low),
        AuditCase(
            "rules.contradictory", "commands: { allow: [ls], deny: [ls] }",
            near: "commands: { allow: [git], deny: [\"git push *\"] }", .medium),
        AuditCase(
            "rules.never_consulted", "tools: { Read: { commands: { allow: [ls] } } }",
            near: "tools: { Read: { filesystem: { read: [/usr] } } }", .medium),
        AuditCase(
            "rules.never_consulted", "commands: { allow: [ls] }\ntools: { Bash: { enabled: false } }",
            near: "commands: { allow: [ls] }\ntools: { Task: { enabled: false } }", .medium),
        AuditCase("rules.unknown_name", "tools: { mcp__files__read: { enabled: true } }", .low)
            .asked { $0.servers = ["other"] }.nearAsked { $0.servers = ["files"] },
        AuditCase(
            "rules.widens_parent", "extends: q.yaml\nlimits: { wall: 9s }",
            near: "extends: q.yaml\nlimits: { wall: 1s }", .low
        ).extending("q.yaml", "limits: { wall: 5s }"),
        AuditCase(
            "rules.widens_parent", "extends: q.yaml\ntools: { Task: { enabled: true } }",
            near: "extends: q.yaml\ntools: { Task: { enabled: false } }", .medium
        ).extending("q.yaml", "tools: { Task: { enabled: false } }"),
        AuditCase("limits.missing", "limits: { wall: 1s }", near: "limits: { \(limits) }", .medium),
        AuditCase(
            "environment.dangerous", "environment: { pass: [LD_PRELOAD] }",
            near: "environment: { pass: [LANG, \"LC_*\", TERM] }", .medium),
        AuditCase(
            "environment.dangerous", "environment: { pass: [\"*\"] }\n\(everywhere)",
            near: "environment: { pass: [TZ] }", .high),
        AuditCase(
            "environment.dangerous", "environment: { pass: [\"GIT_*\"] }",
            near: "environment: { pass: [\"GITHUB_RUN_*\"] }"),
        AuditCase("sandbox.weak", "require: [landlock]", near: "require: [seccomp, landlock]", .high),
        // No jail uses control groups, so whoever requires them gets none.
        AuditCase(
            "sandbox.weak", "require: [seccomp, landlock, cgroup]", near: "require: [seccomp, landlock]", .medium),
        AuditCase("sandbox.weak", "require: [seccomp, landlock]", .medium).asked(weakHost),
        AuditCase(
            "rules.untested", "name: x",
            near: "commands: { allow: [ls] }\nexpect:\n  - { tool: Bash, input: { command: ls }, decision: allow }\n"
                + "  - { tool: Bash, input: { command: perl }, decision: deny }", .medium),
        AuditCase(
            "rules.untested", "expect:\n  - { tool: Bash, input: { command: ls }, decision: allow }",
            near: "commands: { allow: [ls] }\nexpect:\n  - { tool: Bash, input: { command: ls }, decision: allow }\n"
                + "  - { tool: Bash, input: { command: perl }, decision: deny }", .high),
        AuditCase(
            "waivers.expired", waiver("exec.link", "2026-11-20"), near: waiver("exec.link", "2026-11-21"), .medium),
        AuditCase(
            "waivers.unknown", waiver("waivers.expired", "2027-01-01"), near: waiver("exec.link", "2027-01-01"), .medium
        ),
        AuditCase("rules.unused", "commands: { allow: [ls, perl] }", near: "commands: { allow: [ls] }", .low)
            .asked { $0.usage = AuditUsage(parsing: log) },
        AuditCase("rules.changed", "commands: { allow: [ls, perl] }", near: "commands: { allow: [ls] }", .medium)
            .asked { $0.baseline = AuditBaseline(parsing: "sidecar policy baseline 1\nrule commands.allow ls\n") },
        AuditCase("rules.changed", "commands: { allow: [ls] }", .high)
            .asked {
                $0.baseline = AuditBaseline(
                    parsing: "sidecar policy baseline 1\nrule commands.allow ls\nrule commands.deny rm\n")
            }
            .nearAsked { $0.baseline = AuditBaseline(parsing: "sidecar policy baseline 1\nrule commands.allow ls\n") },
    ]

    static func waiver(_ check: String, _ expires: String) -> String {
        "waivers:\n  - { check: \(check), reason: because, owner: me, expires: \(expires) }"
    }
}

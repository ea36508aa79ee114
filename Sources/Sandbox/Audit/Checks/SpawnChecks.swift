/// Programs that start others, or write, because of an option.
enum SpawnChecks {
    static let all = [
        spawner, archiver, git, streamEditor, searcher, remote, helper, privilege, container, network, policyWriter,
    ]

    private static let seen =
        "What it starts must be granted as well, so the jail holds; but rules on arguments, and whoever reads them, do not "
        + "see a program that comes in as an argument of another."

    private static let forbid =
        "Forbid the option: `{ name: PROGRAM, deny_args: [OPTION] }`, or accept it where all that is granted may be "
        + "combined freely."

    private static let spawner = AuditCheck(
        "C05", "exec.spawner", .low, "A program starts the one that its arguments name", why: seen, fix: forbid
    ) { $0.programs(SpawningPrograms.spawners, \.scope.containment.spawnSeverity) }

    private static let archiver = AuditCheck(
        "C06", "exec.archiver", .low, "An archiver starts programs by its options", why: seen,
        fix:
            "Forbid the options, for tar: `{ name: tar, deny_args: [\"--to-c*\", \"--checkpoint*\", \"-I*\", \"--rsh*\", \"--use*\"] }`."
    ) { $0.programs(SpawningPrograms.archivers, \.scope.containment.spawnSeverity) }

    private static let git = AuditCheck(
        "C07", "exec.git_options", .low, "git starts programs by its options and settings", why: seen,
        fix: "Grant subcommands instead: `git status *`, `git diff *`, `git commit *`; keep `.git/config` denied."
    ) { $0.programs(SpawningPrograms.git, \.scope.containment.spawnSeverity) }

    private static let streamEditor = AuditCheck(
        "C08", "exec.stream_editor", .low, "sed or awk start programs and write files by their scripts", why: seen,
        fix:
            "Let the agent use the tools Edit and Grep, and take sed and awk out; or accept it in a jail without network."
    ) { $0.programs(SpawningPrograms.editors, \.scope.containment.spawnSeverity) }

    private static let searcher = AuditCheck(
        "C09", "exec.search_preprocessor", .low, "A search starts programs by its options", why: seen,
        fix: "Forbid them: `{ name: rg, deny_args: [\"--pre*\", \"--hostname-bin*\", -z, \"--search-zip\"] }`."
    ) { $0.programs(SpawningPrograms.searchers, \.scope.containment.spawnSeverity) }

    private static let remote = AuditCheck(
        "C10", "exec.remote_shell", .medium, "A remote shell is granted",
        why:
            "It starts programs by its options and settings, and speaks to other machines with the keys that it finds.",
        fix: "Take it out; fetch and push outside of the agent's run."
    ) { scene in
        scene.programs(SpawningPrograms.remote) { grant in
            grant.scope.containment.network == .none ? .low : grant.scope.containment.codeSeverity
        }
    }

    private static let helper = AuditCheck(
        "C11", "exec.helper_option", .low, "A program starts a helper by an option or a key", why: seen, fix: forbid
    ) { $0.programs(SpawningPrograms.helpers, \.scope.containment.spawnSeverity) }

    private static let privilege = AuditCheck(
        "C13", "exec.privilege", .high, "A program that changes privileges is granted",
        why:
            "In the jail it fails, because nothing gains privileges there; whoever uses the policy elsewhere, or reads it, "
            + "learns that it may.",
        fix: "Take it out, and deny it: `commands: { deny: [sudo, su, doas, pkexec] }`, as `base` does."
    ) { $0.programs(PowerfulPrograms.privilege) { _ in .high } }

    private static let container = AuditCheck(
        "C14", "exec.container", .high, "A program that makes or enters other surroundings is granted",
        why: "What it starts is started by a daemon outside of the jail, or sees another machine than the jail shows.",
        fix: "Take it out, and deny it, as `base` does; build images outside of the agent's run."
    ) { $0.programs(PowerfulPrograms.containers) { _ in .high } }

    private static let network = AuditCheck(
        "C15", "exec.network_client", .medium, "A network client is granted",
        why: "It sends files to whichever host may be reached, in ways that no rule on hosts tells from fetching.",
        fix: "Let the agent use WebFetch, with its own `network.allow`, and take the client out."
    ) { scene in
        scene.programs(PowerfulPrograms.network) { grant in
            switch grant.scope.containment.network {
            case .none: .low
            case .listed: .medium
            case .any: .high
            }
        }
    }

    private static let policyWriter = AuditCheck(
        "C16", "exec.policy_writer", .low, "A program writes where the rules themselves are kept",
        why:
            "A copying program and a writable policy, git or agent setting are together a way to change what holds next time. "
            + "What is writable, and how much that matters, the checks of paths say; this one names the programs.",
        fix: "Deny writing there: `{ path: PATH, only: write }` under `filesystem.deny`."
    ) { scene in
        let ruling = Set(
            scene.scopes.filter { !scene.writableRules(of: $0).isEmpty }.map { $0.tool ?? "" })
        guard !ruling.isEmpty else { return [] }
        return scene.programs(PowerfulPrograms.writers, { _ in .low }) { ruling.contains($0.scope.tool ?? "") }
    }
}

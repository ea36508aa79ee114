/// What `filesystem` opens.
enum PathChecks {
    static let all = [
        rootWritable, writableExecutable, secretsReadable, policyWritable, gitWritable, agentConfigWritable, link,
        prefix,
        missing, globEscape,
    ]

    private static let rootWritable = AuditCheck(
        "P01", "paths.root_writable", .critical, "The whole machine, a home folder or the folders above are writable",
        why:
            "There lie the start files of shells, the settings of agents and editors, and the policy itself: a run that writes "
            + "there decides what happens after it.",
        fix: "Write `${workspace}` and `${tmp}`, and name single folders beyond those."
    ) { scene in
        let home = scene.variables.home
        let workspace = scene.variables.workspace
        return scene.rules(\.write).compactMap { _, rule in
            let (prefix, rest) = rule.value.literalPrefix(scene.variables)
            let path = scene.real(prefix)
            let holdsAll = rest.isEmpty || rest == [.anyDepth]
            // `${tmp}` is the run's own, whatever the host has at that path.
            guard holdsAll, rule.value.variable != .tmp else { return nil }
            let what: String
            if path == .root {
                what = "the whole machine"
            } else if scene.request.homeIsKnown, scene.real(home).isBeneath(path), path != scene.real(workspace) {
                what = path == scene.real(home) ? "the home folder" : "the folder of home folders"
            } else if workspace.isBeneath(path), path != scene.real(workspace) {
                what = "a folder above the workspace"
            } else if path == scene.real(home), path == scene.real(workspace) {
                what = "the home folder, which is the workspace here"
            } else {
                return nil
            }
            return AuditDraft(rule, "`\(rule.value.text)` is \(what), and may be written to", evidence: [path.text])
        }
    }

    private static let writableExecutable = AuditCheck(
        "P02", "paths.writable_executable", .medium, "Files that a run has written may be executed",
        why: "What is written there is a program at once: compiled, copied or downloaded, whatever `commands` names.",
        fix: "Let builds write to one folder and grant only that, or run what was built in a policy of its own."
    ) { scene in
        scene.scopes.flatMap { scope in
            scope.own.filesystem.execute.compactMap { rule in
                guard let write = scope.effective.filesystem.write.first(where: { scene.overlap($0.value, rule.value) })
                else {
                    return nil
                }
                let run = scene.real(rule.value.literalPrefix(scene.variables).path)
                // What is made in `${tmp}` is gone with the run, and matters where it reaches somebody meanwhile.
                let isWhole =
                    rule.value.variable == .tmp
                    ? scope.containment.network != .none : scene.variables.workspace.isBeneath(run)
                var severity: AuditSeverity = isWhole ? .medium : .low
                if scope.containment.network == .any { severity = severity.raised }
                if run == .root { severity = max(severity, .high) }
                return AuditDraft(
                    rule, "`\(rule.value.text)` may run, and `\(write.value.text)` may be written to", severity,
                    evidence: ["written: \(write.place)", scope.containment.text])
            }
        }
    }

    private static let secretsReadable = AuditCheck(
        "P03", "paths.secrets_readable", .high, "Keys, tokens or passwords may be read",
        why:
            "What an agent reads goes into its context, from there to the provider of the model, and by any host that may be "
            + "reached to others.",
        fix:
            "Grant less, or deny them: `filesystem: { deny: [\"${home}/.ssh\", \"**/.env\"] }`. `base` denies the usual ones."
    ) { scene in
        let workspace = Secrets.workspace.map { scene.variables.workspace.appending([$0]) }
        let places = scene.secretPlaces + workspace
        return scene.scopes.flatMap { scope -> [AuditDraft] in
            var readable: [(rule: PolicyRule<PathPattern>, path: NormalPath, exists: Bool)] = []
            for path in places {
                // A name in a workspace that is not there, other than `.env`, says nothing.
                let exists = scene.host.kind(path) != nil
                if !exists, workspace.contains(path), path.name != ".env" { continue }
                if let rule = scope.grant(of: path, .read, scene) { readable.append((rule, path, exists)) }
            }
            return Dictionary(grouping: readable, by: \.rule.name).values.compactMap { group -> AuditDraft? in
                guard let first = group.first else { return nil }
                let present = group.filter(\.exists).map(\.path.text)
                var severity: AuditSeverity = present.isEmpty ? scene.severityOfAbsent(first.rule) : .high
                if !present.isEmpty, scope.containment.network != .none { severity = .critical }
                let names = (present.isEmpty ? group.map(\.path.text) : present)
                return AuditDraft(
                    first.rule, "`\(first.rule.value.text)` lets \(AuditScene.listed(names)) be read", severity,
                    evidence: present.isEmpty ? ["none of them is on this host now"] : present)
            }.sorted { $0.place.line < $1.place.line }
        }
    }

    private static let policyWritable = AuditCheck(
        "P04", "paths.policy_writable", .high, "A run may change its own policy, or this program",
        why: "The next run is held by what this one wrote.",
        fix:
            "Keep policies outside of what is writable, or deny it: `{ path: \"${workspace}/policies\", only: write }`."
    ) { scene in
        scene.scopes.flatMap { scope -> [AuditDraft] in
            let writable = scene.ownFiles.compactMap { path in
                scope.grant(of: path, .write, scene).map { (path: path, rule: $0) }
            }
            // One finding for a rule, however many files it opens.
            return Dictionary(grouping: writable, by: \.rule.place).values.compactMap { group -> AuditDraft? in
                guard let rule = group.first?.rule else { return nil }
                let names = group.map(\.path.text)
                return AuditDraft(
                    rule, "`\(rule.value.text)` lets \(AuditScene.listed(names)) be written to", evidence: names)
            }.sorted { $0.place.line < $1.place.line }
        }
    }

    private static let gitWritable = AuditCheck(
        "P05", "paths.git_writable", .high, "What git runs or obeys may be written to",
        why:
            "The next `git status` on the host, by a person or an editor, runs what the agent put there, outside of the jail.",
        fix:
            "Deny it, as `base` does: `{ path: \"${workspace}/.git/hooks\", only: write }`, and so for `config`, `commondir`, "
            + "`info`, `modules`, `worktrees` and `config.worktree`."
    ) { scene in protected(scene, ProtectedFiles.git) }

    private static let agentConfigWritable = AuditCheck(
        "P06", "paths.agent_config_writable", .high, "Settings that agents and editors obey may be written or made",
        why:
            "They name programs that are started when the folder is opened the next time, outside of the jail. One that is "
            + "not there yet can be made.",
        fix: "Deny writing them, as `base` does for the usual ones: `{ path: \"${workspace}/.claude\", only: write }`."
    ) { scene in protected(scene, ProtectedFiles.agents) }

    /// One finding for a rule and a severity: which files, and what becomes of them.
    private static func protected(_ scene: AuditScene, _ table: [ProtectedFiles.Entry]) -> [AuditDraft] {
        scene.scopes.flatMap { scope -> [AuditDraft] in
            let groups = Dictionary(grouping: scene.writable(table, scope)) {
                "\($0.rule.name) \($0.entry.severity.rank)"
            }
            return groups.values.compactMap { group -> AuditDraft? in
                guard let first = group.first else { return nil }
                let names = group.map(\.entry.path)
                let evidence = group.map { found in
                    let exists = scene.host.kind(found.path) != nil
                    return "\(found.entry.path)\(exists ? "" : " (can be made)"): \(found.entry.does)"
                }
                return AuditDraft(
                    first.rule, "`\(first.rule.value.text)` lets \(AuditScene.listed(names)) be written to",
                    first.entry.severity, evidence: evidence)
            }.sorted { ($0.severity ?? .low) > ($1.severity ?? .low) }
        }
    }

    private static let link = AuditCheck(
        "P07", "paths.link", .low, "A path is a symbolic link, or leads through one",
        why: "What is granted is where the link leads. Whoever can change the link chooses what that is.",
        fix: "Write the path that is meant, the one at the end of the links."
    ) { scene in
        scene.allRules.compactMap { scope, rule in
            let path = rule.value.literalPrefix(scene.variables).path
            guard let links = scene.host.links(on: path), !links.isEmpty, let end = scene.host.resolve(path) else {
                return nil
            }
            let way = links.map { "\($0.link) → \($0.target)" }
            if let open = links.first(where: { scope.access($0.link.parent.appending(["x"]), .write, scene) != nil }) {
                return AuditDraft(
                    rule, "`\(rule.value.text)` leads through \(open.link), which the run itself can change", .high,
                    evidence: way)
            }
            // `/lib` is `/usr/lib` nearly everywhere, and links of the system within what is granted anyway add nothing.
            let others = scope.effective.filesystem
            let isGranted = (others.read + others.write + others.execute).contains { other in
                other.name != rule.name && end.isBeneath(scene.real(other.value.literalPrefix(scene.variables).path))
                    && scene.host.links(on: other.value.literalPrefix(scene.variables).path)?.isEmpty == true
            }
            let isMerged = path.parts.count == 1 && end.text == "/usr\(path.text)"
            guard !isGranted, !isMerged else { return nil }
            return AuditDraft(rule, "`\(rule.value.text)` is \(end) here", evidence: way)
        }
    }

    private static let prefix = AuditCheck(
        "P08", "paths.prefix", .medium, "A path's wildcard goes on where a name ends",
        why: "`/srv/project*` is also `/srv/project-secrets`: a prefix of characters is no folder.",
        fix: "Write the folder: `/srv/project`, or `/srv/project/*` for what is in it."
    ) { scene in
        scene.allRules.compactMap { _, rule in
            guard case .wildcard(let wildcard)? = rule.value.parts.last(where: { $0 != .anyDepth }),
                wildcard.text.hasSuffix("*"),
                let before = wildcard.text.dropLast().last, before.isLetter || before.isNumber
            else { return nil }
            var expansion = PathExpansion(scene.host, scene.variables)
            let found = expansion.paths(rule.value).prefix(8).map(\.text)
            return AuditDraft(rule, "`\(rule.value.text)` goes on after `\(wildcard.text.dropLast())`", evidence: found)
        }
    }

    private static let missing = AuditCheck(
        "P09", "paths.missing", .low, "A path is not on this host",
        why: "The rule grants nothing now. Where somebody else can make the path, they choose what it grants later.",
        fix: "Correct the path, or take the rule out; leave it if other hosts have it."
    ) { scene in
        scene.allRules.compactMap { scope, rule in
            guard rule.value.variable != .tmp else { return nil }
            var expansion = PathExpansion(scene.host, scene.variables)
            guard expansion.paths(rule.value).allSatisfy({ scene.host.kind($0) == nil }) else { return nil }
            // What a build makes in the workspace is not there before it.
            if rule.value.variable == .workspace, scope.own.filesystem.execute.contains(where: { $0.name == rule.name })
            {
                return nil
            }
            return AuditDraft(rule, "`\(rule.value.text)` is not here")
        }
    }

    private static let globEscape = AuditCheck(
        "P10", "paths.glob_escape", .high, "A wildcard reaches beyond the folder that is meant",
        why:
            "A pattern from the root, or one that leaves the name of a home folder open, covers other people's files too.",
        fix: "Begin the pattern with `${workspace}` or `${home}`."
    ) { scene in
        scene.allRules.compactMap { _, rule in
            let (prefix, rest) = rule.value.literalPrefix(scene.variables)
            guard !rest.isEmpty, rule.value.variable == nil else { return nil }
            let path = scene.real(prefix)
            let homes = scene.variables.home.parent
            guard
                path == .root || scene.variables.workspace.parent.isBeneath(path) && path.parts.count <= 1
                    || path == homes
            else { return nil }
            return AuditDraft(rule, "`\(rule.value.text)` matches whatever lies beneath \(path)")
        }
    }
}

extension AuditScene {
    /// Of secrets that may be read and are not there: little, where a single folder is granted that could hold one.
    func severityOfAbsent(_ rule: PolicyRule<PathPattern>) -> AuditSeverity {
        let granted = real(rule.value.literalPrefix(variables).path)
        let isWide = real(variables.home).isBeneath(granted) || real(variables.workspace).isBeneath(granted)
        return isWide ? .medium : .low
    }

    /// Where people and systems keep secrets on this host.
    var secretPlaces: [NormalPath] {
        let home = request.homeIsKnown ? variables.home : nil
        let own =
            home.map { home in Secrets.home.map { home.appending($0.split(separator: "/").map(String.init)) } } ?? []
        return own + Secrets.system.compactMap { NormalPath($0) }
    }

    /// Rules of one list, in every part of the policy.
    func rules(
        _ list: KeyPath<FilesystemRules, [PolicyRule<PathPattern>]>
    ) -> [(scope: AuditScope, rule: PolicyRule<PathPattern>)] {
        scopes.flatMap { scope in scope.own.filesystem[keyPath: list].map { (scope, $0) } }
    }

    /// Every path that is granted for something.
    var allRules: [(scope: AuditScope, rule: PolicyRule<PathPattern>)] {
        rules(\.read) + rules(\.write) + rules(\.execute)
    }
}

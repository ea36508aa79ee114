/// The host's folders and files, as they are behind the paths of a policy.
enum PlaceChecks {
    static let all = [
        notEnforced, denyMovable, searchPath, hardLink, fileSystem, nestedRepository, specialFile, toolOverlap,
        homeUnset,
        hiddenCharacters,
    ]

    private static let notEnforced = AuditCheck(
        "P11", "paths.not_enforced", .medium, "A rule is not held by the kernel on this host",
        why:
            "What is judged by the text of a call alone holds for honest callers: a script, a build or a child process is not "
            + "read before it runs.",
        fix:
            "Make the host stronger (`sidecar doctor` says how), or write the rule so that a jail can hold it: a program "
            + "without arguments, a path that exists."
    ) { scene throws(NotEvaluated) in
        switch scene.mainPlan {
        case .failure(let error):
            let draft = AuditDraft(
                rule: error.rule, place: error.place ?? scene.start,
                message: "no jail on this host can hold the policy: \(error.message)", .high)
            throw NotEvaluated("for single rules: no plan can be made here: \(error.message)", found: [draft])
        case .success(let plan):
            let network = scene.scopes.first?.containment.network ?? .none
            var found = plan.notes.filter { $0.kind == .notEnforced }.map { note in
                AuditDraft(
                    rule: note.rule, place: note.place ?? scene.start, message: note.message,
                    network == .none ? .low : .medium)
            }
            guard scene.facts.rung <= .landlockAndSeccomp else { return found }
            for scope in scene.scopes {
                for rule in scope.own.filesystem.deny {
                    guard let path = rule.value.path.literal(scene.variables),
                        scope.isInside(path, rule.value.onlyWriting ? \.write : \.read, scene)
                    else { continue }
                    found.append(
                        AuditDraft(
                            rule,
                            "`\(rule.value.path.text)` lies in what is granted, and rung \(scene.facts.rung.rawValue) has "
                                + "no exceptions within a granted folder", .high))
                }
            }
            return found
        }
    }

    private static let denyMovable = AuditCheck(
        "P12", "paths.deny_movable", .high, "A folder above a denied path can be renamed",
        why:
            "Who may rename the folder takes the protection along with it, and makes a new path of the old name without it.",
        fix:
            "Use a host where the jail mounts its own view (rung C and better); there every folder on the way is pinned."
    ) { scene throws(NotEvaluated) in
        let plan: CompiledPolicy
        do throws(PlanError) {
            plan = try scene.mainPlan.get()
        } catch {
            throw NotEvaluated("no plan can be made here: \(error.message)")
        }
        guard let scope = scene.scopes.first(where: { $0.tool == scene.mainTool }) ?? scene.scopes.first else {
            return []
        }
        let held = plan.heldPaths
        let hasMounts = scene.facts.rung > .landlockAndSeccomp
        var seen: Set<NormalPath> = []
        return scope.effective.filesystem.deny.compactMap { rule in
            guard let path = rule.value.path.literal(scene.variables), scope.isInside(path, \.write, scene) else {
                return nil
            }
            let open = scene.foldersAbove(path, scope).first { folder in !hasMounts || !held.contains(folder) }
            // One folder, however much is denied beneath it.
            guard let open, scene.host.kind(open) != nil, seen.insert(open).inserted else { return nil }
            return AuditDraft(
                rule, "\(open) can be renamed, and `\(rule.value.path.text)` with it", evidence: [open.text])
        }
    }

    private static let searchPath = AuditCheck(
        "P13", "paths.search_path_writable", .high, "A folder on PATH may be written to",
        why: "A program of a granted name is put there, and is found before the one that is meant.",
        fix: "Take the folder out of PATH, or the right to write: `chmod o-w`."
    ) { scene in
        scene.scopes.flatMap { scope -> [AuditDraft] in
            let rule = scope.own.environment.set.last { $0.value.name == "PATH" }
            guard
                rule != nil
                    || (scope.tool == nil && !scope.effective.environment.set.contains { $0.value.name == "PATH" })
            else { return [] }
            return scope.searchPath(scene).compactMap { folder in
                let isOwn = scope.access(folder.appending(["x"]), .write, scene) != nil
                let details = scene.host.details(scene.real(folder))
                guard isOwn || details?.isWritableByAll == true else { return nil }
                let who = isOwn ? "the run itself" : "every user of this host"
                return AuditDraft(
                    rule: rule?.name ?? "environment.set.PATH", place: rule?.place ?? scene.start,
                    message: "\(folder) is on PATH, and may be written to by \(who)",
                    evidence: details.map { ["\(folder) has mode \(String($0.mode, radix: 8))"] } ?? [
                        "\(folder) can be made"
                    ])
            }
        }
    }

    private static let hardLink = AuditCheck(
        "P14", "paths.hard_link", .medium, "A file of the workspace has another name outside",
        why: "Writing the file in place writes the other one too, wherever it lies; no path rule sees that.",
        fix: "Copy the file instead of linking it; clone repositories with `--no-hardlinks`."
    ) { scene throws(NotEvaluated) in
        guard let rule = scene.workspaceRule(.write) else { return [] }
        let found = scene.workspace.linkedOutside
        guard let first = found.first else { return try scene.found([]) }
        return try scene.found([
            AuditDraft(
                rule, "\(first.path) has \(first.details.links) names, and not all of them are in the workspace",
                evidence: found.prefix(8).map(\.path.text))
        ])
    }

    private static let fileSystem = AuditCheck(
        "P15", "paths.file_system", .medium, "The workspace lies on a file system with rules of its own",
        why:
            "On a network file system others change files meanwhile, and rights are the server's; where case does not count, "
            + "`.GIT/config` is `.git/config`, and no denial says so.",
        fix: "Put the workspace on a local disk (ext4, xfs, btrfs)."
    ) { scene throws(NotEvaluated) in
        guard let rule = scene.workspaceRule(.write) else { return [] }
        guard let type = scene.host.fileSystem(at: scene.variables.workspace) else {
            throw NotEvaluated("the mounts of this host cannot be read")
        }
        guard let what = FileSystems.problem(type) else { return [] }
        return [AuditDraft(rule, "the workspace lies on \(type), \(what)", evidence: [scene.variables.workspace.text])]
    }

    private static let nestedRepository = AuditCheck(
        "P16", "paths.nested_repository", .medium,
        "A repository lies within the workspace, and its settings are writable",
        why:
            "Denials for `${workspace}/.git` do not hold for repositories further in; git obeys those where it is called.",
        fix: "Deny them everywhere: `{ path: \"**/.git/hooks\", only: write }`, and so for `config`."
    ) { scene throws(NotEvaluated) in
        let drafts = scene.scopes.flatMap { scope -> [AuditDraft] in
            let open = scene.workspace.repositories.filter { folder in
                scope.grant(of: folder.appending(["config"]), .write, scene) != nil
            }
            guard let first = open.first, let rule = scope.grant(of: first.appending(["config"]), .write, scene) else {
                return []
            }
            return [AuditDraft(rule, "\(first)/config may be written to", evidence: open.prefix(8).map(\.text))]
        }
        return try scene.found(drafts)
    }

    private static let specialFile = AuditCheck(
        "P17", "paths.special_file", .low, "The workspace holds sockets, pipes or devices",
        why: "They lead to other programs: what is written into them is read outside of the jail.",
        fix: "Remove them, or move the workspace away from where programs keep their sockets."
    ) { scene throws(NotEvaluated) in
        guard let rule = scene.workspaceRule(.read) else { return [] }
        guard let first = scene.workspace.special.first else { return try scene.found([]) }
        let worst: AuditSeverity = scene.workspace.special.contains { $0.details.kind == .device } ? .medium : .low
        return try scene.found([
            AuditDraft(
                rule, "\(first.path) is a \(first.details.kind.rawValue)", worst,
                evidence: scene.workspace.special.prefix(8).map { "\($0.path): \($0.details.kind.rawValue)" })
        ])
    }

    private static let toolOverlap = AuditCheck(
        "P18", "paths.tool_overlap", .medium, "One tool writes where another runs programs",
        why: "Each tool by itself is held; together they write a program and start it.",
        fix: "Keep what tools may write apart from `filesystem.execute` of the others."
    ) { scene in
        scene.scopes.filter { $0.tool != nil }.flatMap { writer in
            writer.own.filesystem.write.compactMap { write in
                for runner in scene.scopes where runner.tool != writer.tool {
                    let alone = runner.effective.filesystem
                    guard let run = alone.execute.first(where: { scene.overlap($0.value, write.value) }),
                        !alone.write.contains(where: { scene.overlap($0.value, run.value) })
                    else { continue }
                    return AuditDraft(
                        write,
                        "\(writer.tool ?? "") writes `\(write.value.text)`, where \(runner.tool ?? "Bash") runs programs",
                        evidence: ["runs: \(run.place)"])
                }
                return nil
            }
        }
    }

    private static let homeUnset = AuditCheck(
        "P19", "paths.home_unset", .medium, "A path has no fixed beginning",
        why:
            "Rules with `${home}` mean nothing where no home folder is known, so what they deny is open; a relative folder on "
            + "PATH is looked for wherever a command happens to be.",
        fix: "Set HOME for the sidecar; write folders on PATH from the root."
    ) { scene in
        var found: [AuditDraft] = []
        for scope in scene.scopes {
            for rule in scope.own.environment.set where rule.value.name == "PATH" {
                let parts = rule.value.text.split(separator: ":", omittingEmptySubsequences: false)
                guard let part = parts.first(where: { !$0.hasPrefix("/") && !$0.hasPrefix("${") }) else { continue }
                let shown = part.isEmpty ? "an empty part, which is the current folder" : "`\(part)`, which is relative"
                found.append(AuditDraft(rule, "PATH has \(shown)"))
            }
            guard !scene.request.homeIsKnown else { continue }
            let paths = scope.own.filesystem
            let used =
                (paths.read + paths.write + paths.execute).map { ($0.value, $0.name, $0.place) }
                + paths.deny.map { ($0.value.path, $0.name, $0.place) }
            for (pattern, name, place) in used where pattern.variable == .home {
                found.append(
                    AuditDraft(
                        rule: name, place: place, message: "`\(pattern.text)` means nothing: HOME names no folder here")
                )
            }
        }
        return found
    }

    private static let hiddenCharacters = AuditCheck(
        "P20", "paths.hidden_characters", .medium, "A name is not what it looks like",
        why: "Two letters that look alike are two names: a rule means one, its reader sees the other.",
        fix: "Write names in plain letters, and rename files that cannot be read as what they are."
    ) { scene throws(NotEvaluated) in
        var found: [AuditDraft] = []
        for text in scene.ruleTexts {
            guard let problem = HiddenText.problem(text.text) else { continue }
            found.append(AuditDraft(rule: text.name, place: text.place, message: "`\(text.text)` \(problem)"))
        }
        guard let rule = scene.workspaceRule(.read) else { return found }
        guard let first = scene.workspace.hiddenNames.first, let problem = HiddenText.problem(first.name) else {
            return try scene.found(found)
        }
        found.append(
            AuditDraft(
                rule, "the name of a file in the workspace \(problem)", .low,
                evidence: scene.workspace.hiddenNames.prefix(8).map { $0.text.debugDescription }))
        return try scene.found(found)
    }
}

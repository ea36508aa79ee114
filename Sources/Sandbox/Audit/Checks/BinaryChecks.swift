/// The files behind the names of `commands.allow`, as they are on this host.
enum BinaryChecks {
    static let all = [
        link, folder, writable, setUser, missing, changed, sameFile, libraries, plugins, script,
    ]

    private static let link = AuditCheck(
        "C17", "exec.link", .low, "A program's name leads to another program",
        why:
            "The jail grants the file behind the name. Whoever changes the link, an administrator or an update, changes "
            + "what is granted.",
        fix: "Name the program that is meant, by its own name or its path."
    ) { scene in
        scene.grants.filter { !$0.isPattern }.compactMap { grant in
            guard let path = grant.programs.first, let links = scene.host.links(on: path), !links.isEmpty,
                let end = scene.host.resolve(path)
            else { return nil }
            let isOther = ProgramName.family(end.name) != ProgramName.family(path.name)
            let passes = links.contains { $0.link.parent.text == "/etc/alternatives" }
            guard isOther || passes else { return nil }
            let way = links.map { "\($0.link) → \($0.target)" }
            return AuditDraft(grant.rule, "`\(path.name)` is \(end)", evidence: way)
        }
    }

    /// Where administrators and packages put programs.
    private static let systemFolders = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/opt", "/nix/store", "/gnu/store"]
        .compactMap { NormalPath($0) }

    private static let folder = AuditCheck(
        "C18", "exec.untrusted_folder", .medium, "A program lies outside of the system's folders",
        why:
            "Folders that belong to a user, or to nobody in particular, are changed by programs that run as that user.",
        fix: "Install the program beneath /usr or /opt, owned by root, or name another one."
    ) { scene in
        scene.grants.filter { !$0.isOfEverything }.compactMap { grant in
            grant.oneDraft { path in
                let end = scene.real(path)
                guard !systemFolders.contains(where: end.isBeneath) else { return nil }
                let shown = end == path ? "" : ", where \(path) leads"
                return AuditDraft(grant.rule, "`\(grant.rule.value.text)` is \(end)\(shown)", evidence: [end.text])
            }
        }
    }

    private static let writable = AuditCheck(
        "C19", "exec.writable_program", .high, "A run can replace a program that it may start",
        why: "A whitelist names programs; one whose file a run can write is whatever the run wants it to be.",
        fix: "Take the folder out of `filesystem.write`, or deny the program there; `chmod o-w` where all may write."
    ) { scene in
        scene.grants.compactMap { grant in
            grant.oneDraft { path in
                let end = scene.real(path)
                if grant.scope.access(end, .write, scene) != nil || grant.scope.access(path, .write, scene) != nil {
                    return AuditDraft(grant.rule, "\(end) may be written to by the run itself", evidence: [end.text])
                }
                for candidate in [end, end.parent] {
                    guard let details = scene.host.details(candidate), details.isWritableByAll else { continue }
                    return AuditDraft(
                        grant.rule, "\(candidate) may be written to by every user of this host",
                        evidence: ["\(candidate) has mode \(String(details.mode, radix: 8))"])
                }
                return nil
            }
        }
    }

    private static let setUser = AuditCheck(
        "C20", "exec.setuid", .medium, "A program changes its user, or has capabilities",
        why:
            "In the jail that has no effect, so the program fails or does less than it should; outside, it is a program that "
            + "attackers look for.",
        fix: "Take it out; name a program that needs no privileges."
    ) { scene in
        scene.grants.filter { !$0.isOfEverything }.compactMap { grant in
            grant.oneDraft { path in
                let end = scene.real(path)
                guard let details = scene.host.details(end), details.changesUser || details.hasCapabilities else {
                    return nil
                }
                let what = details.changesUser ? "mode \(String(details.mode, radix: 8))" : "file capabilities"
                return AuditDraft(grant.rule, "\(end) has \(what)", evidence: [end.text])
            }
        }
    }

    private static let missing = AuditCheck(
        "C21", "exec.missing", .low, "A program is not on this host",
        why: "The rule grants nothing now, and something that nobody has looked at once it is installed.",
        fix: "Correct the name, or take the rule out; leave it if other hosts have the program."
    ) { scene in
        scene.grants.filter(\.programs.isEmpty).map {
            AuditDraft($0.rule, "no program `\($0.rule.value.programText)` is here")
        }
    }

    private static let changed = AuditCheck(
        "C22", "exec.changed", .high, "A program is not the file that was approved",
        why: "Somebody replaced or wrote the file since the policy was approved: an update, or somebody else.",
        fix: "Find out who changed it; then approve the policy again with `--write-baseline`."
    ) { scene throws(NotEvaluated) in
        guard let baseline = scene.request.baseline else {
            throw NotEvaluated("no baseline is given (`--baseline FILE`)")
        }
        guard !baseline.programs.isEmpty else { throw NotEvaluated("the baseline records no programs of a host") }
        return scene.grants.flatMap { grant in
            grant.programs.compactMap { path in
                let end = scene.real(path)
                guard let known = baseline.programs[end.text], let file = scene.host.file(end),
                    known != AuditBaseline.identity(of: file)
                else { return nil }
                return AuditDraft(
                    grant.rule, "\(end) has changed since it was approved",
                    evidence: ["approved: \(known)", "now: \(AuditBaseline.identity(of: file))"])
            }
        }
    }

    private static let sameFile = AuditCheck(
        "C23", "exec.same_file", .medium, "One program under two names has two different rules",
        why: "The jail knows files, not names: what one name forbids, the other allows.",
        fix: "Write the same rule for both names, or deny the one that is not meant."
    ) { scene in
        var rules: [HostFile: [CommandGrant]] = [:]
        for grant in scene.grants where !grant.isPattern {
            guard let path = grant.programs.first, let file = scene.host.file(path) else { continue }
            rules[file, default: []].append(grant)
        }
        return rules.values.flatMap { grants -> [AuditDraft] in
            guard let open = grants.first(where: { $0.rule.value.arguments == .any }) else { return [] }
            return grants.filter { $0.rule.value.arguments != .any && $0.name != open.name }.map { limited in
                AuditDraft(
                    limited.rule,
                    "`\(limited.name)` is limited, and `\(open.name)` is the same file with any arguments",
                    evidence: [limited, open].compactMap { $0.programs.first?.text } + ["\(open.rule.place)"])
            }
        }.sorted { $0.place.line < $1.place.line }
    }

    private static let libraries = AuditCheck(
        "C24", "exec.libraries", .low, "A library of a program is missing, or may be written to",
        why:
            "Without its libraries a program does not start; with one that a run can write, it runs what the run wants.",
        fix: "Install the library, or take the folder that it lies in out of `filesystem.write`."
    ) { scene in
        // What a rule names needs its libraries; folders that run as a whole hold much that was never complete.
        var known = ProgramSet(scene.host)
        var seen: Set<NormalPath> = []
        return scene.grants.filter { !$0.isOfEverything }.flatMap { grant -> [AuditDraft] in
            let missingBefore = known.missingLibraries.count
            for path in grant.programs { known.add(program: path) }
            let missing = known.missingLibraries.dropFirst(missingBefore).map { library in
                AuditDraft(grant.rule, "\(library.wantedBy) needs \(library.name), which was not found")
            }
            let open = known.libraries.keys.filter { seen.insert($0).inserted }.sorted { $0.isBefore($1) }
                .compactMap { path -> AuditDraft? in
                    let isOwn = grant.scope.access(path, .write, scene) != nil
                    guard isOwn || scene.host.details(path)?.isWritableByAll == true else { return nil }
                    let who = isOwn ? "by the run itself" : "by every user of this host"
                    return AuditDraft(
                        grant.rule, "\(path) is mapped, and may be written to \(who)", .high, evidence: [path.text])
                }
            return missing + open
        }
    }

    private static let plugins = AuditCheck(
        "C25", "exec.plugin_folder", .high, "A folder that a program loads code from may be written to",
        why: "What lies there is run by the program when it starts, without any rule about it.",
        fix: "Deny writing there, or take the right away from other users: `chmod o-w`."
    ) { scene in
        scene.grants.filter { !$0.isPattern }.flatMap { grant -> [AuditDraft] in
            guard let path = grant.programs.first.map({ scene.real($0) }) else { return [] }
            let companions = ProgramCompanions.of(path)
            var expansion = PathExpansion(scene.host, scene.variables)
            return (companions.moduleFolders + companions.programFolders).flatMap { text -> [NormalPath] in
                (try? PathPattern.parse(text)).map { expansion.paths($0) } ?? []
            }.compactMap { folder in
                guard let details = scene.host.details(scene.real(folder)), details.kind == .folder else { return nil }
                let isOwn = grant.scope.access(folder.appending(["x"]), .write, scene) != nil
                guard isOwn || details.isWritableByAll else { return nil }
                return AuditDraft(
                    grant.rule,
                    "`\(grant.name)` loads code from \(folder), which may be written to "
                        + (isOwn ? "by the run itself" : "by every user of this host"), evidence: [folder.text])
            }
        }
    }

    private static let script = AuditCheck(
        "C29", "exec.script_interpreter", .low, "A script is granted, and its interpreter is not",
        why: "The kernel starts a script by starting its interpreter, so the rule grants something that cannot run.",
        fix: "Grant the interpreter too, knowing what that means (exec.interpreter), or take the script out."
    ) { scene in
        let granted = Set(scene.grants.flatMap(\.programs).map { scene.real($0) })
        return scene.grants.filter { !$0.isPattern }.compactMap { grant in
            guard let path = grant.programs.first, let interpreter = Shebang.interpreter(of: path, scene.host),
                !granted.contains(scene.real(interpreter)), !CodePrograms.shells.contains(interpreter.name),
                grant.scope.access(interpreter, .execute, scene) == nil
            else { return nil }
            return AuditDraft(
                grant.rule, "`\(grant.name)` is a script for \(interpreter), which no rule grants",
                evidence: [path.text])
        }
    }
}

extension CommandGrant {
    /// One finding for a rule, however many programs a pattern stands for.
    func oneDraft(_ look: (NormalPath) -> AuditDraft?) -> AuditDraft? {
        let found = programs.compactMap(look)
        guard var first = found.first, found.count > 1 else { return found.first }
        first.message += "; \(found.count - 1) more such programs are granted by `\(rule.value.text)`"
        first.evidence = found.prefix(8).flatMap(\.evidence)
        return first
    }

    /// Of a rule for one program.
    var name: String { rule.value.programText.split(separator: "/").last.map(String.init) ?? rule.value.programText }
}

enum Shebang {
    private static let bytesMax = 256

    static func interpreter(of path: NormalPath, _ host: AuditedHost) -> NormalPath? {
        guard let head = host.bytes(of: path, from: 0, count: bytesMax), head.starts(with: [0x23, 0x21]) else {
            return nil
        }
        let words = head.dropFirst(2).prefix { $0 != 0x0a }.split { $0 == 0x20 || $0 == 0x09 }
            .map { String(decoding: $0, as: UTF8.self) }
        guard let first = words.first else { return nil }
        guard first.hasSuffix("/env"), words.count > 1 else { return NormalPath(first) }
        return host.program(named: words[1]) ?? NormalPath(first)
    }
}

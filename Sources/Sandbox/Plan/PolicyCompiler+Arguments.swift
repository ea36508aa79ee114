package import Confinement

/// A rule on arguments as refusals name it: by its place in `CompiledPolicy.argumentRules`.
package struct PlannedArgumentRule: Sendable, Equatable {
    package let name: String
    package let place: RulePlace
    package let text: String
}

extension PolicyCompiler {
    /// Every program that may run and that some rule limits in its arguments, with all rules about it in the policy's order.
    mutating func planArguments(into result: inout CompiledPolicy) {
        let allow = rules.commands.allow
        let deny = rules.commands.deny.filter { $0.value.limitsArguments }
        guard !deny.isEmpty || allow.contains(where: { $0.value.limitsArguments }) else { return }
        let allowed = allow.map { files(allowedBy: $0.value.program) }
        let denied = deny.map { files(deniedBy: $0.value.program) }
        var limited = denied.reduce(into: Set<NormalPath>()) { $0.formUnion($1) }
        for (rule, files) in zip(allow, allowed) where rule.value.limitsArguments { limited.formUnion(files ?? []) }

        var judged: [HostFile: ProgramRules] = [:]
        for path in limited.sorted(by: { $0.isBefore($1) }) {
            guard mayRun(path), let file = host.file(path) else { continue }
            var program = ProgramRules(
                file: ExpectedFile(device: file.device, inode: file.inode), name: path.name, rules: [],
                allowsOthers: isGrantedOtherwise(path))
            for (rule, files) in zip(deny, denied) where files.contains(path) {
                program.rules += planned(rule, denies: true, &result)
            }
            for (rule, files) in zip(allow, allowed) where files?.contains(path) != false {
                program.rules += planned(rule, denies: false, &result)
            }
            // One file under two names, each with rules of its own: both hold.
            if let other = judged[file] {
                program.rules = merged(other.rules, program.rules)
                program.allowsOthers = program.allowsOthers && other.allowsOthers
            }
            judged[file] = program
            noteScript(path, program, result)
        }
        if !judged.isEmpty {
            judgeLoaders(into: &judged)
            noteJudging()
        }
        result.plan.programRules = judged.values.sorted {
            ($0.file.device, $0.file.inode) < ($1.file.device, $1.file.inode)
        }
    }

    /// A loader that is called as a program runs another one, and the kernel sees the loader's file. Nobody has to call one: where
    /// the kernel itself takes it, for a program, it is not what was executed.
    private func judgeLoaders(into judged: inout [HostFile: ProgramRules]) {
        for path in programs.loaders.union(usualLoaders.filter(mayRun)) {
            guard let file = host.file(path), judged[file] == nil else { continue }
            judged[file] = ProgramRules(
                file: ExpectedFile(device: file.device, inode: file.inode), name: path.name, rules: [])
        }
    }

    private var usualLoaders: [NormalPath] {
        let folders = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"].compactMap { NormalPath($0) }
        let inner = folders.flatMap { folder in
            (host.entries(of: folder) ?? []).filter { $0.kind == .folder && $0.name.contains("-linux-") }
                .map { folder.appending([$0.name]) }
        }
        return (folders + inner).flatMap { folder in
            (host.entries(of: folder) ?? []).filter { $0.name.hasPrefix("ld-") || $0.name.hasPrefix("ld.so") }
                .compactMap { host.resolve(folder.appending([$0.name])) }
        }
    }

    /// What there is to know where arguments are judged at all.
    private mutating func noteJudging() {
        if policy.syscalls.profile?.value.rawValue == SeccompProfile.wide.rawValue {
            notes.append(
                PlanNote(
                    .notEnforced, "rules on arguments take `ptrace` and `process_vm_writev` away: no debugger works",
                    name: "syscalls.profile", place: policy.syscalls.profile?.place))
        }
        guard trees.access(to: .root)?.contains(.write) == true else { return }
        notes.append(
            PlanNote(
                .notEnforced,
                "rules on arguments hold for what is executed; who may write everywhere can change a program that runs")
        )
    }

    /// What denies stays in front.
    private func merged(_ one: [ArgumentRule], _ other: [ArgumentRule]) -> [ArgumentRule] {
        let all = one + other.filter { !one.contains($0) }
        return all.filter(\.denies) + all.filter { !$0.denies }
    }

    private func planned(
        _ rule: PolicyRule<CommandPattern>, denies: Bool, _ result: inout CompiledPolicy
    ) -> [ArgumentRule] {
        switch rule.value.arguments {
        case .any: return [ArgumentRule(number: number(rule, &result), denies: denies, .any)]
        case .words(let words, let open):
            return [
                ArgumentRule(number: number(rule, &result), denies: denies, .inOrder(words.map(\.text), open: open))
            ]
        case .each(let named, let taken):
            let words = named.map { ArgumentRule.Words.each($0.map(\.text)) } ?? .any
            if denies { return [ArgumentRule(number: number(rule, &result), denies: true, words)] }
            return [
                ArgumentRule(number: number(rule, &result), denies: false, words, denied: taken.map(\.value.text))
            ]
        }
    }

    private func number(_ rule: PolicyRule<CommandPattern>, _ result: inout CompiledPolicy) -> UInt32 {
        let rule = PlannedArgumentRule(name: rule.name, place: rule.place, text: rule.value.text)
        if let known = result.argumentRules.firstIndex(of: rule) { return UInt32(known) }
        result.argumentRules.append(rule)
        return UInt32(result.argumentRules.count - 1)
    }

    // MARK: Which files

    /// Where they really are; nil: all.
    private func files(allowedBy program: CommandPattern.Program) -> Set<NormalPath>? {
        switch program {
        case .path(let pattern):
            guard let path = pattern.literal(variables), let resolved = host.resolve(path) else { return [] }
            return twins(of: resolved).union([resolved])
        case .name(let name) where name.isLiteral:
            guard let path = host.program(named: name.text) ?? inGrantedFolders(name.text),
                let resolved = host.resolve(path)
            else { return [] }
            return twins(of: resolved).union([resolved])
        case .name(let name): return name.text == "*" ? nil : Set(named(name).flatMap { [$0] + twins(of: $0) })
        }
    }

    /// What has the same name in a folder whose files may run, or in one that the program brings along: git's has a second git.
    private func twins(of path: NormalPath) -> Set<NormalPath> {
        let name = path.name
        let folders = ProgramCompanions.of(path).programFolders.compactMap { NormalPath($0) }
        let brought = folders.map { $0.appending([name]) }.filter { host.kind($0) == .file }
        return Set(brought.compactMap { host.resolve($0) } + revocations(.name(Wildcard(name))))
    }

    /// By any of its names, and what is the same file.
    private func files(deniedBy program: CommandPattern.Program) -> Set<NormalPath> {
        var found = Set(revocations(program))
        switch program {
        case .path(let pattern):
            if let path = pattern.literal(variables).flatMap({ host.resolve($0) }) { found.insert(path) }
        case .name(let name):
            found.formUnion(programs.programs.keys.filter { name.matches($0.name) })
            found.formUnion(named(name))
            if name.isLiteral, let path = inGrantedFolders(name.text).flatMap({ host.resolve($0) }) {
                found.insert(path)
            }
        }
        for path in found { found.formUnion(twins(of: path)) }
        let files = Set(found.compactMap { host.file($0) })
        found.formUnion(programs.programs.filter { files.contains($0.value) }.keys)
        return found
    }

    private func named(_ name: Wildcard) -> [NormalPath] {
        TrustedFolders.all.flatMap { folder -> [NormalPath] in
            if name.isLiteral {
                let path = folder.appending([name.text])
                return host.kind(path) == .file ? [path] : []
            }
            return (host.entries(of: folder) ?? []).filter { name.matches($0.name) }.map { folder.appending([$0.name]) }
        }.compactMap { host.resolve($0) }
    }

    /// By something that has no rules on arguments: the tool's own shell, a compiler's helper, a folder whose files may run.
    private func isGrantedOtherwise(_ path: NormalPath) -> Bool {
        let paths = PathJudge(rules: rules.filesystem, variables: variables, host: host)
        return unlimited.contains(path) || rules.filesystem.execute.contains { paths.covers($0.value, path) }
    }

    /// The kernel runs a script's interpreter, so what is said of the script holds where it is called by its name.
    private mutating func noteScript(_ path: NormalPath, _ program: ProgramRules, _ result: CompiledPolicy) {
        guard let interpreter = programs.scripts[path], let rule = program.rules.first else { return }
        let text = result.argumentRules[Int(rule.number)].text
        notes.append(
            PlanNote(
                .notEnforced,
                "`\(text)` holds where \(path) is called; whoever may run its interpreter \(interpreter) can give it the file"
            ))
    }
}

extension CompiledPolicy {
    /// A refusal in the words of the policy.
    package func denial(_ refused: RefusedProgram) -> RunDenial {
        let call = ([refused.program] + refused.arguments.dropFirst()).joined(separator: " ")
        guard let number = refused.rule.map(Int.init), argumentRules.indices.contains(number) else {
            return RunDenial(
                .exec, rule: "commands.allow", detail: "no rule lets `\(call)` run with these arguments",
                suggestion: refused.pattern.map { "commands:\n  allow: [\(QuotedYAML.text($0))]" })
        }
        let rule = argumentRules[number]
        return RunDenial(.exec, rule: rule.name, place: rule.place, detail: "`\(call)` is denied by `\(rule.text)`")
    }
}

extension RefusedProgram {
    /// What of a call is known for certain; more of it may have been cut.
    private static var wordBytesMax: Int { 200 }

    /// The smallest rule that grants it: word for word where each word can stand in a rule, else the program whatever its
    /// arguments. nil where only a relative path is known.
    package var pattern: String? {
        guard let path = NormalPath(program) else { return nil }
        let name = TrustedFolders.all.contains(path.parent) ? path.name : path.text
        let words = arguments.dropFirst()
        let isPlain = words.allSatisfy { word in
            !word.isEmpty && word.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "*") }
        }
        guard isPlain, words.reduce(0, { $0 + $1.utf8.count + 1 }) < Self.wordBytesMax, !words.isEmpty else {
            return "\(name) *"
        }
        return ([name] + words).joined(separator: " ")
    }
}

extension CommandPattern {
    var limitsArguments: Bool { arguments != .any }
}

/// A rule of `commands.allow`, with what it means here.
struct CommandGrant {
    let rule: PolicyRule<CommandPattern>
    let scope: AuditScope
    /// Programs of this host that it grants, by the path that a call takes.
    let programs: [NormalPath]
    private let judge: ProgramJudge<AuditedHost>
    private let folder: NormalPath

    init(_ rule: PolicyRule<CommandPattern>, _ scope: AuditScope, _ scene: AuditScene) {
        self.rule = rule
        self.scope = scope
        judge = ProgramJudge(rules: scope.effective, variables: scene.variables, host: scene.host)
        folder = scene.variables.workspace
        programs = Self.find(rule.value.program, scope, scene)
    }

    private static func find(
        _ program: CommandPattern.Program, _ scope: AuditScope, _ scene: AuditScene
    ) -> [NormalPath] {
        switch program {
        case .path(let pattern):
            return pattern.literal(scene.variables).map { scene.host.kind($0) == .file ? [$0] : [] } ?? []
        case .name(let name) where name.isLiteral:
            if let path = scene.host.program(named: name.text) { return [path] }
            return scope.searchPath(scene).map { $0.appending([name.text]) }
                .first { scene.host.kind($0) == .file && scene.host.isExecutable($0) }.map { [$0] } ?? []
        case .name(let name):
            var seen: Set<NormalPath> = []
            return TrustedFolders.all.flatMap { folder in
                (scene.host.entries(of: folder) ?? []).filter { $0.kind != .folder && name.matches($0.name) }
                    .map { folder.appending([$0.name]) }.filter(scene.host.isExecutable)
            }.filter { path in seen.insert(scene.real(path.parent).appending([path.name])).inserted }
        }
    }

    var isOfEverything: Bool { rule.value.programText == "*" }

    var isPattern: Bool { if case .name(let name) = rule.value.program { !name.isLiteral } else { false } }

    /// Names that it grants of those that somebody knows something about.
    func names(in known: some Collection<String>) -> [String] {
        let known = Set(known)
        func isKnown(_ name: String) -> Bool { known.contains(name) || known.contains(ProgramName.family(name)) }
        guard isPattern else {
            let name = rule.value.programText.split(separator: "/").last.map(String.init) ?? ""
            return isKnown(name) ? [name] : []
        }
        var seen: Set<String> = []
        return programs.map(\.name).filter { isKnown($0) && seen.insert($0).inserted }
    }

    /// Whether a call of one of its names would be granted, and by this rule.
    func allows(_ name: String, _ arguments: [String]) -> Bool {
        let words = arguments.map { CommandCall.Word.known($0) }
        guard rule.value.allows(words) != .no, rule.value.deniedArgument(words) == nil else { return false }
        var program = name
        if case .path(let path) = rule.value.program { program = path.literal(judge.variables)?.text ?? name }
        return judge.decide(CommandCall(program: program, arguments: words), in: folder).outcome == .allow
    }

    /// `programs` of these names, for evidence: where they are.
    func places(of names: [String]) -> [String] {
        programs.filter { names.contains($0.name) }.map(\.text)
    }
}

extension AuditScope {
    /// Folders that programs are looked for in.
    func searchPath(_ scene: AuditScene) -> [NormalPath] {
        let set = effective.environment.set.last { $0.value.name == "PATH" }?.value.text
        guard let set else { return TrustedFolders.all }
        return set.split(separator: ":").compactMap { NormalPath(scene.variables.expand(String($0))) }
    }
}

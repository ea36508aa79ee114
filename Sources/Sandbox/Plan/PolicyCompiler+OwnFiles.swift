/// What no policy has to name, because what holds for the next run would change with it: the files of the policy itself, of
/// the configuration, and our own folders. In a workspace without a repository, what would make it one.
extension PolicyCompiler {
    var ownRules: [(path: NormalPath, rule: PolicyRule<DeniedPath>)] {
        let workspace = variables.workspace
        var found = policyFiles + settings.ownFiles + [workspace.appending([Self.configurationName])]
        let hidden = settings.ownFolders
        // A folder with HEAD, objects and refs is a repository by itself, with settings that name programs.
        if host.isMissing(workspace.appending([".git"])), host.kind(workspace.appending(["objects"])) == nil {
            found.append(workspace.appending(["HEAD"]))
        }
        return found.map { ($0, rule($0, onlyWriting: true)) } + hidden.map { ($0, rule($0, onlyWriting: false)) }
    }

    /// Looked for in the folder where we are started.
    private static var configurationName: String { "sidecar.yaml" }

    private var policyFiles: [NormalPath] {
        policy.chain.filter { !$0.hasPrefix(PolicySource.builtInPrefix) }.compactMap { name in
            name.hasPrefix("/") ? NormalPath(name) : settings.folder.flatMap { NormalPath("\($0)/\(name)") }
        }
    }

    private func rule(_ path: NormalPath, onlyWriting: Bool) -> PolicyRule<DeniedPath> {
        PolicyRule(
            DeniedPath(
                path: PathPattern(text: path.text, variable: nil, parts: path.parts.map { .literal($0) }),
                onlyWriting: onlyWriting),
            name: "sidecar's own files",
            place: RulePlace(file: "(built in)", line: 1, column: 1))
    }
}

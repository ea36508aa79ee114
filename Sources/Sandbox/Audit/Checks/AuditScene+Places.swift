internal import Confinement

extension AuditScope {
    /// Whether a path lies in what is granted, denials left aside.
    func isInside(
        _ path: NormalPath, _ list: KeyPath<FilesystemRules, [PolicyRule<PathPattern>]>, _ scene: AuditScene
    ) -> Bool { root(of: path, list, scene) != nil }

    /// The granted folder around a path.
    func root(
        of path: NormalPath, _ list: KeyPath<FilesystemRules, [PolicyRule<PathPattern>]>, _ scene: AuditScene
    ) -> NormalPath? {
        var rules = effective.filesystem[keyPath: list]
        if list == \FilesystemRules.read { rules += effective.filesystem.write + effective.filesystem.execute }
        // `${tmp}` is the run's own, also where the workspace lies in the host's /tmp.
        return rules.filter { $0.value.variable != .tmp }.map {
            scene.real($0.value.literalPrefix(scene.variables).path)
        }
        .filter { path.isBeneath($0) && path != $0 }.max { $0.parts.count < $1.parts.count }
    }
}

extension AuditScene {
    /// Between the writable folder that a path lies in and the path.
    func foldersAbove(_ path: NormalPath, _ scope: AuditScope) -> [NormalPath] {
        guard let root = scope.root(of: path, \.write, self) else { return [] }
        var result: [NormalPath] = []
        var folder = path.parent
        while folder != root, folder.isBeneath(root) {
            result.append(folder)
            folder = folder.parent
        }
        return result
    }

    /// The shared rule by which the workspace may be read or written.
    func workspaceRule(_ access: PathAccess) -> PolicyRule<PathPattern>? {
        scopes.lazy.compactMap { $0.grant(of: self.variables.workspace.appending(["x"]), access, self) }.first
    }

    struct RuleLabel {
        let text: String
        let name: String
        let place: RulePlace
    }

    /// Every text that somebody reads as a name: of a path, a program, a host.
    var ruleTexts: [RuleLabel] {
        scopes.flatMap { scope -> [RuleLabel] in
            let paths = scope.own.filesystem
            func labels<Value>(_ rules: [PolicyRule<Value>], _ text: (Value) -> String) -> [RuleLabel] {
                rules.map { RuleLabel(text: text($0.value), name: $0.name, place: $0.place) }
            }
            return labels(paths.read + paths.write + paths.execute, \.text) + labels(paths.deny, \.path.text)
                + labels(scope.own.commands.allow + scope.own.commands.deny, \.text)
                + labels(scope.own.network.allow, \.text)
        }
    }
}

extension CompiledPolicy {
    /// What can be neither renamed nor removed in the jail.
    var heldPaths: Set<NormalPath> {
        Set(
            plan.view.compactMap { step in
                switch step {
                case .pin(let path), .protect(let path), .cover(let path), .reserve(let path, _): NormalPath(path)
                case .bind(_, let target, _, _): NormalPath(target)
                default: nil
                }
            })
    }
}

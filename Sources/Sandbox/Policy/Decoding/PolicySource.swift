package import YAML

/// Which policy is meant.
package enum PolicySource: Sendable, Equatable {
    case builtIn(String)
    case file(String)

    /// A word that names a built-in policy is that one; everything else is a file.
    package init(naming text: String) {
        self = ShippedPolicies.text(of: text) != nil ? .builtIn(text) : .file(text)
    }

    package static let standard = PolicySource.builtIn("default")

    /// What the name of a file begins with that is part of the program.
    package static let builtInPrefix = "built-in:"

    /// What messages call it.
    package var shownName: String {
        switch self {
        case .builtIn(let name): "\(Self.builtInPrefix)\(name).yaml"
        case .file(let path): path
        }
    }

    /// The policy in force: the one that a flag names, else the one that the configuration names, else `default`. What lies
    /// in the workspace was perhaps written by whom the policy is to keep in: a configuration that was only found there,
    /// and not named by the user, cannot choose a policy in there.
    package static func inForce(
        flag: String?, configured: String?, configurationWasNamed: Bool, workspace: NormalPath, _ host: some HostView
    ) throws(SettingsError) -> PolicySource {
        if let flag { return PolicySource(naming: flag) }
        guard let configured else { return .standard }
        let source = PolicySource(naming: configured)
        guard case .file(let path) = source, !configurationWasNamed else { return source }
        let inside = host.resolve(workspace) ?? workspace
        let resolved = path.hasPrefix("/") ? host.resolve(path) : host.resolve("\(workspace)/\(path)")
        guard let resolved, !resolved.isBeneath(inside), NormalPath(path)?.isBeneath(workspace) != true else {
            throw SettingsError([
                SettingsProblem(
                    place: .wholeFile(path), key: "policy",
                    message: wrongName(path)
                        ?? "lies in the workspace, where a run could have put it, and nobody named it; name it by "
                        + "--policy, or the configuration by --config")
            ])
        }
        return source
    }

    /// What looks like the name of a built-in policy and is none, as the end of a sentence.
    static func wrongName(_ path: String) -> String? {
        guard !path.contains("/"), !path.contains(".") else { return nil }
        let hint = NearestName.hint(for: path, among: ShippedPolicies.names)
        let known = "; built in are \(ShippedPolicies.names.joined(separator: ", "))"
        return "is no built-in policy\(hint.isEmpty ? known : hint)"
    }
}

/// Reads policy files. The system's in the program, a dictionary in tests.
package protocol PolicyFiles {
    func read(_ path: String) throws(SettingsError) -> [UInt8]
}

internal import JSON

extension PolicyAddition {
    /// Why somebody should think twice; nil where nothing is known against it.
    func warning(_ variables: PolicyVariables, _ rules: RuleSet) -> String? {
        guard let text = (try? JSONValue(parsing: value))?.string else { return nil }
        switch section {
        case "network": return Self.warning(ofHost: text)
        case "commands": return Self.warning(ofProgram: text)
        case "filesystem":
            if key == PathAccess.execute.rawValue, let found = Self.warning(ofRunning: text, rules, variables) {
                return found
            }
            return NormalPath(variables.expand(text)).flatMap {
                Self.warning(of: $0, isWritten: key == "write", variables)
            }
            .map { "\(text) \($0)" }
        default: return nil
        }
    }

    private static func warning(ofHost text: String) -> String? {
        guard let pattern = try? HostPattern.parse(text), case .exact(let host) = pattern.host else { return nil }
        if KnownHosts.metadata.contains(host.description) {
            return "\(host) hands out the keys of this machine to whoever asks"
        }
        return host.isReserved
            ? "\(host) is this machine or a private network, whose services trust whoever reaches them" : nil
    }

    private static func warning(ofProgram text: String) -> String? {
        let name = text.split(separator: "/").last.map(String.init) ?? text
        let trait = PowerfulPrograms.privilege.trait(of: name) ?? PowerfulPrograms.containers.trait(of: name)
        return trait.map { "`\(name)` \($0.does)" }
    }

    private static func warning(of path: NormalPath, isWritten: Bool, _ variables: PolicyVariables) -> String? {
        // The project itself is what every policy is about: `**/.env` is denied in it, and its other files are the work.
        if path == variables.workspace { return nil }
        let secrets =
            Secrets.system.compactMap { NormalPath($0) } + below(variables.home, Secrets.home)
            + below(variables.workspace, Secrets.workspace)
        if secrets.contains(where: { path.isBeneath($0) || $0.isBeneath(path) }) {
            return "holds keys, tokens or passwords: what an agent reads reaches the provider of its model"
        }
        guard isWritten else { return nil }
        let obeyed = (ProtectedFiles.git + ProtectedFiles.agents).first { entry in
            let file = below(variables.workspace, [entry.path])[0]
            return file.isBeneath(path) || path.isBeneath(file)
        }
        if let obeyed { return "is obeyed outside of the jail: \(obeyed.does)" }
        let isOwn = [variables.workspace, variables.tmp, variables.home].contains { path.isBeneath($0) }
        return !isOwn && (path.isOfSystem || path == .root)
            ? "is the system's own, and for every program on this machine" : nil
    }

    /// Somebody who lets what is written run should know that it may come from anywhere.
    private static func warning(ofRunning text: String, _ rules: RuleSet, _ variables: PolicyVariables) -> String? {
        guard let path = NormalPath(variables.expand(text)), path.isBeneath(variables.workspace) else { return nil }
        let own = rules.filesystem.execute.map(\.value).filter { $0.variable == .workspace && $0.makesFolder }
        let built = own.first.map { "; what is built into \($0.text) runs already" } ?? ""
        return "\(text) is written to by runs, and whatever they put there could run\(built)"
    }

    private static func below(_ folder: NormalPath, _ names: [String]) -> [NormalPath] {
        names.map { folder.appending($0.split(separator: "/").map(String.init)) }
    }
}

extension NormalPath {
    /// Of every program on the machine, and no one project's.
    var isOfSystem: Bool {
        ["etc", "usr", "bin", "sbin", "lib", "lib64", "boot", "opt"].contains(parts.first ?? "")
    }
}

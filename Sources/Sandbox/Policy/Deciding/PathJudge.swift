/// What is to be done with a file.
package enum PathAccess: String, Sendable { case read, write, execute }

/// Paths against the rules of `filesystem`. What a link leads to is what counts: it must be allowed there, and neither
/// the name nor what it leads to may be denied.
package struct PathJudge<Host: HostView> {
    let rules: FilesystemRules
    let variables: PolicyVariables
    let host: Host
    private let places: NamedPlaces
    /// Of this call alone: where the folders lead that it names, and the denials that are about them or near them.
    private let folders = Memo<String, NormalPath?>()
    private let denials = Memo<NormalPath, [PolicyRule<DeniedPath>]>()

    private func prefix(of pattern: PathPattern) -> NamedPlaces.Prefix {
        places.prefix(of: pattern, variables, host)
    }

    /// - places: of the same policy, variables and host; links do not change while one call is judged.
    package init(
        rules: FilesystemRules, variables: PolicyVariables, host: Host, places: NamedPlaces = NamedPlaces()
    ) {
        self.rules = rules
        self.variables = variables
        self.host = host
        self.places = places
    }

    package func decide(_ text: String, _ access: PathAccess, key: String) -> Decision {
        guard text.hasPrefix("/") else {
            return Decision(
                .deny, rule: "input.\(key)",
                reason: "`\(text)` is a relative path; name it from the root: \(variables.workspace)/\(text)")
        }
        guard let written = NormalPath(text) else {
            return Decision(.deny, rule: "input.\(key)", reason: "the path holds a NUL character")
        }
        guard let resolved = resolve(text) else {
            return Decision(.deny, rule: "input.\(key)", reason: "`\(text)` leads through links that go in a circle")
        }
        return decide(written: written, resolved: resolved, access)
    }

    /// Where a path leads. The host is asked once about each folder: a script names many files of a few.
    func resolve(_ text: String) -> NormalPath? {
        guard let slash = text.lastIndex(of: "/"), slash != text.startIndex else { return host.resolve(text) }
        let name = String(text[text.index(after: slash)...])
        guard !["", ".", ".."].contains(name), !text.utf8.contains(0) else { return host.resolve(text) }
        let folder = String(text[..<slash])
        guard let parent = folders.value(folder, { host.resolve(folder) }) else { return nil }
        let path = parent.appending([name])
        return host.linkTarget(path) == nil ? path : host.resolve(text)
    }

    func decide(written: NormalPath, resolved: NormalPath, _ access: PathAccess) -> Decision {
        let subject = resolved == written ? "\(written)" : "\(written), which leads to \(resolved),"
        if let rule = denial(written, access) ?? (resolved == written ? nil : denial(resolved, access)) {
            let what = rule.value.onlyWriting ? "is denied for writing" : "is denied"
            return .deny(rule, "\(subject) \(what) by `\(rule.value.path.text)`")
        }
        if access == .write, let rule = folderOfDenied(written) ?? folderOfDenied(resolved) {
            return .deny(rule, "\(subject) is a folder on the way to `\(rule.value.path.text)`, which is denied")
        }
        for rule in granting(access) where covers(rule.value, resolved) {
            return .allow(rule, "\(subject) is granted by `\(rule.value.text)`")
        }
        return Decision(
            .deny, rule: "filesystem.\(access.rawValue)", reason: "no rule lets \(subject) be \(access.done)",
            addition: addition(written, resolved, access))
    }

    /// Whether the rules let a path be used, for itself alone.
    package func permits(_ path: NormalPath, _ access: PathAccess) -> Bool {
        denial(path, access) == nil && granting(access).contains { covers($0.value, path) }
    }

    func denial(_ path: NormalPath, _ access: PathAccess) -> PolicyRule<DeniedPath>? {
        denials(near: path).first { rule in
            (access == .write || !rule.value.onlyWriting) && covers(rule.value.path, path)
        }
    }

    /// Those that can be about something in the path's folder, or about a folder above it. Most are about somewhere else.
    private func denials(near path: NormalPath) -> [PolicyRule<DeniedPath>] {
        let folder = path.parent
        return denials.value(folder) {
            rules.deny.filter { rule in
                let prefix = prefix(of: rule.value.path)
                return [prefix.written, prefix.resolved].contains { base in
                    base.map { $0.isBeneath(folder) || folder.isBeneath($0) } ?? false
                }
            }
        }
    }

    /// Whoever writes a file in the place of a folder changes all that was beneath it: `.git`, for `.git/config`.
    private func folderOfDenied(_ path: NormalPath) -> PolicyRule<DeniedPath>? {
        denials(near: path).first { rule in
            let denied = prefix(of: rule.value.path)
            guard denied.rest.isEmpty else { return false }
            return denied.written.isBeneath(path) || denied.resolved?.isBeneath(path) == true
        }
    }

    /// What may be written may be read, and so may what may run.
    private func granting(_ access: PathAccess) -> [PolicyRule<PathPattern>] {
        switch access {
        case .read: rules.read + rules.write + rules.execute
        case .write: rules.write
        case .execute: rules.execute
        }
    }

    /// As it is written, or with the links in its fixed part followed.
    func covers(_ pattern: PathPattern, _ path: NormalPath) -> Bool {
        guard !pattern.isApart(from: path, variables) else { return false }
        let prefix = prefix(of: pattern)
        if PathPattern.covers(prefix.written, prefix.rest, path) { return true }
        return prefix.resolved.map { PathPattern.covers($0, prefix.rest, path) } ?? false
    }

    /// What a rule has to name, so that the jail of it holds what is missing: the way there where it leads through links, and
    /// for a file that is yet to be made the folder that it comes to be in.
    private func addition(_ written: NormalPath, _ resolved: NormalPath, _ access: PathAccess) -> PolicyAddition {
        // A link in what may be written can lead elsewhere tomorrow.
        let named = rules.write.contains { covers($0.value, written) } ? resolved : written
        let narrow = PolicyAddition.path(named.shown(variables), access)
        guard access == .write, host.kind(named) == nil else { return narrow }
        var folder = named.parent
        while folder != .root, host.kind(folder) == nil { folder = folder.parent }
        // Nothing is known of a machine that is only imagined.
        guard folder != .root else { return narrow }
        var wide = PolicyAddition.path(folder.shown(variables), access)
        wide.note =
            "\(named.shown(variables)) is not there yet, and a rule can open only what is there; "
            + "make the file yourself, and a rule for it alone is enough"
        return wide
    }
}

extension NormalPath {
    /// The folder of a program that runs may write, for `execute`: it may be missing when the next run begins. A rule for the
    /// file alone would make it read-only, and its next build fail.
    package func folderOfPrograms(_ variables: PolicyVariables) -> String {
        let isVariable = [variables.workspace, variables.home, variables.tmp].contains(parent)
        return parent.shown(variables) + (isVariable ? "" : "/")
    }

    /// As a rule would have it: with a variable where one fits.
    package func shown(_ variables: PolicyVariables) -> String {
        for variable in PathPattern.Variable.allCases {
            let base = variables.path(of: variable)
            guard !base.parts.isEmpty, isBeneath(base) else { continue }
            return (["${\(variable.rawValue)}"] + parts.dropFirst(base.parts.count)).joined(separator: "/")
        }
        return text
    }
}

extension PathAccess {
    fileprivate var done: String {
        switch self {
        case .read: "read"
        case .write: "written to"
        case .execute: "run"
        }
    }
}

/// The host as far as somebody in the jail may know it. Whoever is in there chooses what is asked about: the names in a message, the
/// path of a call. What the policy hides is not there, and no link in it is followed, so that no answer tells whether it is there or
/// where it leads. Of programs and libraries of the system everybody knows that.
package struct ShownHost<Host: HostView>: HostView {
    private let host: Host
    private let rules: FilesystemRules
    private let variables: PolicyVariables
    private let judge: PathJudge<Host>
    /// Where the policy's own paths lead, which it is the policy's to say.
    package let places = NamedPlaces()

    package init(_ host: Host, rules: FilesystemRules, variables: PolicyVariables) {
        self.host = host
        self.rules = rules
        self.variables = variables
        judge = PathJudge(rules: rules, variables: variables, host: host, places: places)
        let granting = rules.read + rules.write + rules.execute
        for pattern in rules.deny.map(\.value.path) + granting.map(\.value) {
            _ = places.prefix(of: pattern, variables, host)
        }
    }

    package var hasLinks: Bool { host.hasLinks }
    package func linkTarget(_ path: NormalPath) -> String? { isShownItself(path) ? host.linkTarget(path) : nil }
    package func kind(_ path: NormalPath) -> HostFileKind? { shown(path).flatMap { host.kind($0) } }
    package func isExecutable(_ path: NormalPath) -> Bool { shown(path).map { host.isExecutable($0) } ?? false }

    /// Where a path leads, if that may be known.
    func shown(_ path: NormalPath) -> NormalPath? { resolve(path).flatMap { isShownItself($0) ? $0 : nil } }

    private static var ofTheSystem: Set<String> { ["usr", "bin", "sbin", "lib", "lib64"] }
    /// The jail has its own, and the host's tells of other people's processes.
    private static var ofTheKernel: Set<String> { ["proc", "sys"] }

    private func isShownItself(_ path: NormalPath) -> Bool {
        guard let first = path.parts.first, !Self.ofTheKernel.contains(first) else { return false }
        return Self.ofTheSystem.contains(first) || judge.permits(path, .read) && !isPassing(path)
    }

    /// In a folder that each run has for itself: what the host has there is nobody's business. What a rule names beneath it is.
    private func isPassing(_ path: NormalPath) -> Bool {
        let tmp = variables.tmp
        guard path.isBeneath(tmp), path != tmp, !path.isBeneath(variables.workspace) else { return false }
        return !(rules.read + rules.write + rules.execute).contains { rule in
            let written = places.prefix(of: rule.value, variables, host).written
            return written != tmp && written.isBeneath(tmp) && judge.covers(rule.value, path)
        }
    }
}

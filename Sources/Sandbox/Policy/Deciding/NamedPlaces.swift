/// Where the paths and programs that a policy names are on a host. Found once for as long as somebody keeps it: a policy
/// denies some thirty places and names some hundred programs, and the links on the way to each would be looked at again
/// for every call.
///
/// Only what the policy itself names. Where a call's own path leads is looked at anew each time.
package struct NamedPlaces: Sendable {
    private let prefixes = Memo<String, Prefix>()
    private let programs = Memo<String, NormalPath?>()

    /// The fixed part of a pattern, as it is written and where its links lead.
    struct Prefix: Sendable {
        let written: NormalPath
        /// nil where it is the same.
        let resolved: NormalPath?
        let rest: [PathPattern.Part]
    }

    package init() {}

    func prefix(of pattern: PathPattern, _ variables: PolicyVariables, _ host: some HostView) -> Prefix {
        prefixes.value(pattern.text) {
            let (written, rest) = pattern.literalPrefix(variables)
            let resolved = host.hasLinks ? host.resolve(written) : nil
            return Prefix(written: written, resolved: resolved == written ? nil : resolved, rest: rest)
        }
    }

    /// The file that a name leads to; nil where there is none.
    func program(named name: String, _ host: some HostView) -> NormalPath? {
        programs.value(name) { host.program(named: name).flatMap { host.resolve($0) } }
    }
}

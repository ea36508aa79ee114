/// Patterns of a policy as the paths that they mean on this host.
struct PathExpansion<Host: PlanHost> {
    let host: Host
    let variables: PolicyVariables

    /// What was not looked at, because there is too much of it.
    private(set) var unfinished: [NormalPath] = []
    /// Of folders: files cost no look, and who could make many of them must not end the search by that.
    private static var foldersMax: Int { 200_000 }
    private static var depthMax: Int { 64 }

    init(_ host: Host, _ variables: PolicyVariables) {
        self.host = host
        self.variables = variables
    }

    /// What there is. A pattern without wildcards gives its path, whether that exists or not.
    mutating func paths(_ pattern: PathPattern) -> [NormalPath] {
        let (prefix, rest) = pattern.literalPrefix(variables)
        if rest.isEmpty { return [prefix] }
        return matches(rest[...], in: prefix)
    }

    /// What matches `parts` in a folder. Links are not followed on the way down: what they lead to is elsewhere.
    mutating func matches(_ parts: ArraySlice<PathPattern.Part>, in folder: NormalPath) -> [NormalPath] {
        var seen = 0
        var found: Set<NormalPath> = []
        var pending = [(folder, parts)]
        while let (folder, parts) = pending.popLast() {
            guard let part = parts.first else {
                found.insert(folder)
                continue
            }
            let rest = parts.dropFirst()
            switch part {
            case .literal(let name):
                let path = folder.appending([name])
                if host.kind(path) != nil { pending.append((path, rest)) }
            case .wildcard(let wildcard):
                for entry in host.entries(of: folder) ?? [] where wildcard.matches(entry.name) {
                    let path = folder.appending([entry.name])
                    if rest.isEmpty || entry.kind == .folder { pending.append((path, rest)) }
                }
            case .anyDepth:
                pending.append((folder, rest))
                guard folder.parts.count < Self.depthMax else {
                    unfinished.append(folder)
                    continue
                }
                for entry in host.entries(of: folder) ?? [] where entry.kind == .folder {
                    seen += 1
                    guard seen <= Self.foldersMax else {
                        unfinished.append(folder)
                        break
                    }
                    pending.append((folder.appending([entry.name]), parts))
                }
            }
        }
        return found.sorted { $0.isBefore($1) }
    }
}

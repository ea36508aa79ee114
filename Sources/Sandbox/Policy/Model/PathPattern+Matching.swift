extension PathPattern {
    /// Whether the path is one that the pattern names, or lies beneath one.
    package func covers(_ path: NormalPath, _ variables: PolicyVariables) -> Bool {
        guard !isApart(from: path, variables) else { return false }
        let (prefix, rest) = literalPrefix(variables)
        return Self.covers(prefix, rest, path)
    }

    /// `${tmp}` is the run's own: a workspace that lies beneath the host's /tmp is in the jail, and is none of it.
    func isApart(from path: NormalPath, _ variables: PolicyVariables) -> Bool {
        variable == .tmp && variables.workspace != variables.tmp && variables.workspace.isBeneath(variables.tmp)
            && path.isBeneath(variables.workspace)
    }

    static func covers(_ prefix: NormalPath, _ rest: [Part], _ path: NormalPath) -> Bool {
        path.isBeneath(prefix) && covers(rest, Array(path.parts[prefix.parts.count...]))
    }

    /// Whether the pattern matches some beginning of the names. One row of a table at a time, so that no pattern takes
    /// longer than the product of both lengths.
    private static func covers(_ pattern: [Part], _ names: [String]) -> Bool {
        // reached[i]: the first i parts of the pattern match the names so far.
        var reached = [Bool](repeating: false, count: pattern.count + 1)
        reached[0] = true
        passDepth(pattern, &reached)
        if reached[pattern.count] { return true }
        for name in names {
            var next = [Bool](repeating: false, count: pattern.count + 1)
            for (index, part) in pattern.enumerated() where reached[index] {
                switch part {
                case .anyDepth: next[index] = true
                case .literal(let text): if text.hasSameBytes(as: name) { next[index + 1] = true }
                case .wildcard(let wildcard): if wildcard.matches(name) { next[index + 1] = true }
                }
            }
            passDepth(pattern, &next)
            if next[pattern.count] { return true }
            reached = next
        }
        return false
    }

    /// `**` may stand for nothing.
    private static func passDepth(_ pattern: [Part], _ reached: inout [Bool]) {
        for (index, part) in pattern.enumerated() where reached[index] && part == .anyDepth {
            reached[index + 1] = true
        }
    }
}

package import YAML

/// A path of a policy: absolute, or beginning with a variable or with `**/`. It names a file or folder and all beneath.
package struct PathPattern: Sendable, Equatable {
    package enum Variable: String, Sendable, CaseIterable { case workspace, home, tmp }

    package enum Part: Sendable, Equatable {
        case literal(String)
        case wildcard(Wildcard)
        /// `**`: any number of parts, also none.
        case anyDepth
    }

    /// As the file has it.
    package let text: String
    package let variable: Variable?
    package let parts: [Part]
    /// With a slash at its end, in `execute`: a folder that is made where it is missing.
    package var makesFolder: Bool { text.utf8.count > 1 && text.hasSuffix("/") }

    package static func parse(_ text: String) throws(ValueError) -> PathPattern {
        guard !text.isEmpty else { throw ValueError("is empty") }
        try RuleText.check(text)
        guard !text.hasPrefix("~") else { throw ValueError("begins with `~`; write ${home}") }
        for name in ["HOME", "TMPDIR", "PWD"] where text.hasPrefix("$\(name)") || text.hasPrefix("${\(name)}") {
            let own = ["HOME": "home", "TMPDIR": "tmp"][name] ?? "workspace"
            throw ValueError("begins with a variable of the shell; write ${\(own)}")
        }
        var variable: Variable?
        var rest = text[...]
        if text.hasPrefix("${"), let end = text.firstIndex(of: "}") {
            let name = String(text[text.index(text.startIndex, offsetBy: 2)..<end])
            guard let known = Variable(rawValue: name) else {
                throw ValueError(
                    "has an unknown variable; there are ${workspace}, ${home} and ${tmp}"
                        + NearestName.hint(for: name, among: PolicyVariables.names))
            }
            variable = known
            rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix("/") else { throw ValueError("needs a `/` behind ${\(name)}") }
        }
        guard !rest.contains("$") else { throw ValueError("has a `$` where none can stand: variables come first") }
        guard variable != nil || rest.hasPrefix("/") || rest == "**" || rest.hasPrefix("**/") else {
            throw ValueError("is relative; begin with /, with ${workspace}, ${home} or ${tmp}, or with **/")
        }
        var parts: [Part] = []
        for piece in rest.split(separator: "/") where piece != "." {
            guard piece != ".." else { throw ValueError("has a `..`; write the path that is meant") }
            let wildcard = Wildcard(String(piece), knowsSingle: true)
            switch piece {
            case "**": if parts.last != .anyDepth { parts.append(.anyDepth) }
            default:
                guard !piece.contains("**") else { throw ValueError("has `**` beside other characters of a name") }
                parts.append(wildcard.isLiteral ? .literal(String(piece)) : .wildcard(wildcard))
            }
        }
        return PathPattern(text: text, variable: variable, parts: parts)
    }

    /// The path that it is, if it has no wildcards.
    package func literal(_ variables: PolicyVariables) -> NormalPath? {
        let prefix = literalPrefix(variables)
        return prefix.rest.isEmpty ? prefix.path : nil
    }

    /// The parts before the first wildcard as a path, and the others.
    package func literalPrefix(_ variables: PolicyVariables) -> (path: NormalPath, rest: [Part]) {
        var path = variable.map { variables.path(of: $0) } ?? .root
        for (index, part) in parts.enumerated() {
            guard case .literal(let name) = part else { return (path, Array(parts[index...])) }
            path.parts.append(name)
        }
        return (path, [])
    }
}

/// What the `{names}` in an attempt stand for: once for the jail, once for its control.
package struct ProofPlaces: Sendable {
    private(set) var values: [String: String] = [:]

    package init() {}

    package subscript(name: String) -> String? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// A place that there is not on this machine, such as an address beside loopback's.
    package struct Missing: Error, Equatable {
        package let name: String
    }

    package func fill(_ text: String) throws(Missing) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            let name = rest[rest.index(after: open)...].prefix { $0.isLetter || $0.isNumber || $0 == "-" }
            // Braces of the shell's own stay as they are.
            guard !name.isEmpty, name.endIndex < rest.endIndex, rest[name.endIndex] == "}" else {
                result.append("{")
                rest = rest[rest.index(after: open)...]
                continue
            }
            if rest[..<open].last == "$" {
                result += "{\(name)}"
            } else {
                guard let value = values[String(name)] else { throw Missing(name: String(name)) }
                result += value
            }
            rest = rest[rest.index(after: name.endIndex)...]
        }
        return result + rest
    }

    /// Variables that are laid into the sidecar's own environment for the time of a proof, with harmless values.
    package static let plantedVariables: [String: String] = [
        "AWS_SECRET_ACCESS_KEY": "planted", "ANTHROPIC_API_KEY": "planted", "GITHUB_TOKEN": "planted",
        "NPM_TOKEN": "planted", "SSH_AUTH_SOCK": "/nonexistent/agent", "DATABASE_URL": "planted",
        "LD_PRELOAD": "", "LD_AUDIT": "", "LD_LIBRARY_PATH": "/nonexistent", "BASH_ENV": "/nonexistent/env",
        "GIT_SSH_COMMAND": "false", "GIT_CONFIG_PARAMETERS": "", "NODE_OPTIONS": "", "PYTHONSTARTUP": "/nonexistent/py",
        "PERL5OPT": "",
    ]
}

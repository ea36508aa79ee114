package import Sandbox

/// Keys of providers: that they are there, where from and about how long. Never what they are, and not their exact
/// length, which would tell an old key from a new one.
package enum KeyChecks {
    private static let group = "keys"

    /// The variables that Claude Code and the examples of the configuration use.
    package static let knownVariables = [
        "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN", "OPENROUTER_API_KEY",
        "OPENAI_API_KEY", "GEMINI_API_KEY", "DEEPSEEK_API_KEY", "SIDECAR_KEY",
        "AWS_BEARER_TOKEN_BEDROCK", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
    ]

    /// Shorter ones are mostly placeholders or cut when they were pasted.
    package static let usualLengthMin = 20

    package static func findings(
        environment: [String: String], configured: [(provider: String, length: Int?)]
    ) -> [Finding] {
        // Scripts are no providers of this list.
        if configured.isEmpty {
            return [
                Finding(
                    id: "key.none", group: group, status: .info, title: "keys",
                    detail: "none needed: every provider answers from a script")
            ]
        }
        let inEnvironment = knownVariables.compactMap { name in
            environment[name].map { value in
                finding(id: "key.\(name)", title: name, length: value.utf8.count, from: "environment")
            }
        }
        let inConfiguration = configured.map { entry in
            entry.length.map {
                finding(
                    id: "key.provider.\(entry.provider)", title: "provider \(entry.provider)", length: $0,
                    from: "configuration")
            }
                ?? Finding(
                    id: "key.provider.\(entry.provider)", group: group, status: .info,
                    title: "provider \(entry.provider)", detail: "no key: the client's own credentials pass through")
        }
        return inEnvironment + inConfiguration
    }

    private static func finding(id: String, title: String, length: Int, from place: String) -> Finding {
        if length == 0 {
            return Finding(
                id: id, group: group, status: .warn, title: title, detail: "empty, in the \(place)",
                mend: "unset it or give it a key: an empty one is sent as it is, and refused")
        }
        if length < usualLengthMin {
            return Finding(
                id: id, group: group, status: .warn, title: title,
                detail: "found in the \(place), unusually short", mend: "see whether it was cut or is a placeholder")
        }
        return Finding(id: id, group: group, status: .ok, title: title, detail: "found in the \(place)")
    }
}

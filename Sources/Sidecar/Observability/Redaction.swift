package import HTTP

/// Takes credentials out of text that an upstream wrote: some quote the key that they refuse, and a broken one may send the
/// whole request back.
package struct Redaction: Sendable {
    private let secrets: [String]

    /// Shorter ones would be found everywhere, and are nobody's key.
    private static let secretBytesMin = 6

    package init(_ secrets: [String]) {
        // The longest first, so that none leaves a piece of another behind.
        self.secrets = secrets.filter { $0.utf8.count >= Self.secretBytesMin }.sorted { $0.utf8.count > $1.utf8.count }
    }

    /// Also what this client brought along, or what goes to the provider: tokens that are had for an hour stand in no file.
    package func with(_ fields: HTTPFields) -> Redaction {
        let own = Self.secretFields.flatMap { fields.values($0) }
        return Redaction(secrets + own + own.compactMap { $0.split(separator: " ").last.map { String($0) } })
    }

    private static let secretFields = [
        "x-api-key", "authorization", "proxy-authorization", "cookie", "api-key", "x-goog-api-key",
        "x-amz-security-token",
    ]

    package func redact(_ text: String) -> String {
        var bytes = Array(text.utf8)
        for secret in secrets { bytes = Self.replacing(Array(secret.utf8), in: bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func replacing(_ secret: [UInt8], in bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= secret.count else { return bytes }
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == secret[0], bytes[index...].starts(with: secret) {
                result += Array(Secret.redacted.utf8)
                index += secret.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }
}

extension Configuration {
    /// Every secret that a configuration holds, and those of the environment that providers are asked with.
    func redaction(_ environment: [String: String]) -> Redaction {
        var secrets = (auth.keys + [search.key].compactMap(\.self)).map { $0.reveal() }
        secrets += Self.secretVariables.compactMap { environment[$0] }
        for provider in providers {
            let own: [Secret] =
                switch provider.kind {
                case .anthropic(let settings): [settings.key].compactMap(\.self) + settings.headers.map(\.value)
                case .chat(let settings): [settings.key].compactMap(\.self) + settings.headers.map(\.value)
                case .native(let settings): settings.secrets
                case .scripted: []
                }
            secrets += own.map { $0.reveal() }
        }
        return Redaction(secrets)
    }

    private static let secretVariables = [
        "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_BEARER_TOKEN_BEDROCK", "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN",
    ]
}

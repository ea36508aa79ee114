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

    /// Also what this client brought along.
    package func with(_ fields: HTTPFields) -> Redaction {
        let own = ["x-api-key", "authorization", "proxy-authorization", "cookie"].flatMap { fields.values($0) }
        return Redaction(secrets + own + own.compactMap { $0.split(separator: " ").last.map { String($0) } })
    }

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
    /// Every secret that a configuration holds.
    var redaction: Redaction {
        var secrets = auth.keys.map { $0.reveal() }
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
}

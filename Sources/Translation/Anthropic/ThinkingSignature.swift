/// The signature of a thinking block that another provider made. It says who made it, because nobody else may get it back:
/// Anthropic's API refuses signatures that are not its own, and others' encrypted reasoning means nothing to it. What the
/// provider wants back word for word is kept inside.
package struct ThinkingSignature: Equatable, Sendable {
    /// No API's own signatures begin so: they are base64.
    package static let mark = "sidecar:"

    package let provider: String
    package let model: String
    /// JSON of the provider's own; empty where its thinking is plain text.
    package let payload: [UInt8]

    package init(provider: String, model: String, payload: [UInt8] = []) {
        self.provider = provider
        self.model = model
        self.payload = payload
    }

    package var text: String {
        Self.mark + provider + ":" + StableHash.text(model.utf8) + ":" + Base64URL.encode(payload)
    }

    /// The payload, if it was this provider and this model that made it.
    package static func payload(in text: String, provider: String, model: String) -> [UInt8]? {
        guard text.hasPrefix(mark) else { return nil }
        let parts = text.dropFirst(mark.count).split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == provider, parts[1] == StableHash.text(model.utf8) else { return nil }
        return Base64URL.decode(parts[2])
    }
}

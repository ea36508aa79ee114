internal import YAML

/// The keys that all providers have whose API is another than Anthropic's.
extension TranslatedProvider {
    static func key(_ variable: String) -> Key<Self> {
        Key(
            "key", \.key, ValueKind.secret.optional, example: "\"${\(variable)}\"",
            "The API key. A client's own credentials are never sent here: they are for another provider.")
    }

    static var commonKeys: [Key<Self>] {
        [
            Key(
                "max_output_tokens", \.maxOutputTokens, ValueKind.integer(1...10_000_000).optional, example: "8192",
                "The most that its models can write; a client that asks for more gets this."),
            Key(
                "ca_file", \.caFile, ValueKind.pathBesideFile.optional, example: "certificates.pem",
                "Certificates to trust for this provider; a relative path starts at this file's folder."),
            Key(
                "proxy", \.proxy, ValueKind.proxy.optional, example: "none",
                "The way to this provider, in place of `upstream.proxy`."),
            Key(
                "headers", \.headers, .headers, example: "{ x-team: infra }",
                "Headers for every request to this provider."),
            .parameters(\.parameters),
        ]
    }
}

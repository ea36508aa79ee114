internal import YAML

/// The types of providers that have an API of their own.
extension ProviderType {
    static var nativeTypes: [ProviderType] {
        NativeProvider.Kind.allCases.map { kind in
            let section = native(kind)
            return ProviderType(kind.rawValue, keys: section.descriptions) { node, path, reader in
                var provider = NativeProvider(type: kind)
                section.decode(node, path, into: &provider, &reader)
                guard kind != .vertex || provider.project != nil else {
                    reader.report(node.position, path, "a provider of type vertex needs `project`")
                    return nil
                }
                if (provider.accessKey == nil) != (provider.secretKey == nil) {
                    reader.report(node.position, path, "`access_key` and `secret_key` belong together")
                    return nil
                }
                return .native(provider)
            }
        }
    }

    static func native(_ kind: NativeProvider.Kind) -> Section<NativeProvider> {
        let own: [Key<NativeProvider>] =
            switch kind {
            case .bedrock: bedrock
            case .gemini: gemini
            case .ollama: ollama
            case .vertex: vertex
            }
        return Section(defaults: NativeProvider(type: kind), own + NativeProvider.commonKeys)
    }

    private static var gemini: [Key<NativeProvider>] {
        [
            NativeProvider.key("GEMINI_API_KEY"),
            Key(
                "base_url", \.baseURL, ValueKind.versionedBaseURL.optional,
                example: "https://generativelanguage.googleapis.com/v1beta",
                "Where the API is; `/models/MODEL:generateContent` follows it."),
        ]
    }

    private static var vertex: [Key<NativeProvider>] {
        [
            Key("project", \.project, ValueKind.text.optional, example: "my-project", "The project that pays."),
            Key(
                "region", \.region, ValueKind.text.optional, example: "europe-west4",
                "Where the models run; left out, it is `global`."),
            Key(
                "credentials", \.credentials, ValueKind.pathBesideFile.optional, example: "account.json",
                "A file of a service account, or of a user; a relative path starts at this file's folder. Left out, "
                    + "GOOGLE_APPLICATION_CREDENTIALS and gcloud's own file are looked for."),
            Key(
                "metadata", \.asksMetadata, .boolean, example: "true",
                "Ask the server that machines in Google's cloud have for a token."),
            Key(
                "base_url", \.baseURL, ValueKind.versionedBaseURL.optional,
                example: "https://europe-west4-aiplatform.googleapis.com/v1",
                "Where the API is, in place of what follows from the region; `/projects/…` follows it."),
        ]
    }

    private static var ollama: [Key<NativeProvider>] {
        [
            NativeProvider.key("OLLAMA_API_KEY"),
            Key(
                "base_url", \.baseURL, ValueKind.versionedBaseURL.optional, example: "http://127.0.0.1:11434",
                "Where the server is; `/api/chat` follows it."),
            Key(
                "context_length", \.contextLength, ValueKind.integer(1...100_000_000).optional, example: "65536",
                "Tokens of context to run models with (`num_ctx`). Left out, the server decides, and cuts off what does "
                    + "not fit without a word: coding agents need 32768 at least."),
            Key(
                "keep_alive", \.keepAlive, ValueKind.text.optional, example: "30m",
                "How long a model stays loaded after an answer; -1 is for ever."),
        ]
    }
}

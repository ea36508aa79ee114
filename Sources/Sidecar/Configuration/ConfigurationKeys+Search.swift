internal import ToolRuntime
internal import YAML

extension ConfigurationKeys {
    static var tools: Section<Configuration.Tools> {
        Section(
            defaults: Configuration.Tools(),
            [
                .notYet("run", example: "client", "Who runs the tools of a conversation."),
                Key(
                    "fsync", \.fsync, .boolean, example: "true",
                    "Whether Write, Edit, MultiEdit and NotebookEdit wait until the file is on the disk. Without it the end of the "
                        + "machine, not of the sidecar, can lose the last changes; a file is never half of one either way."
                ),
                Key(
                    "require_audit", \.requireAudit, .boolean, example: "true",
                    "Whether a call of a tool is refused while its record in the audit log could not be written."),
            ])
    }

    static var search: Section<Configuration.Search> {
        Section(
            defaults: Configuration.Search(),
            [
                Key(
                    "provider", \.provider, ValueKind.choice.optional, example: "searxng",
                    "The service that searches. Left out, WebSearch says how to get one."),
                Key(
                    "base_url", \.baseURL, ValueKind.baseURL.optional, example: "http://127.0.0.1:8888",
                    "Where it is: needed for searxng, in place of the usual address for the others. Without the path of its API."
                ),
                Key(
                    "key", \.key, ValueKind.secret.optional, example: "\"${SEARCH_KEY}\"",
                    "The API key. All but searxng need one."),
                Key(
                    "engine", \.engine, ValueKind.text.optional, example: "0123456789abcdef0",
                    "For google: the ID of the programmable search engine, `cx`."),
                Key("results", \.results, .integer(1...20), example: "10", "How many results are asked for."),
            ])
    }

    /// What each service cannot do without.
    static func check(_ search: Configuration.Search, _ reader: inout ConfigurationReader) {
        guard let provider = search.provider else {
            if search != Configuration.Search() {
                let known = SearchProvider.allCases.map(\.rawValue).joined(separator: ", ")
                reader.report(key: "search", "has no `provider`; known: \(known)")
            }
            return
        }
        if provider.needsKey, search.key == nil {
            reader.report(key: "search", "\(provider.rawValue) needs `key`, such as \"${SEARCH_KEY}\"")
        }
        if provider.usualAddress == nil, search.baseURL == nil {
            reader.report(
                key: "search", "\(provider.rawValue) needs `base_url`, such as http://127.0.0.1:8888")
        }
        if provider == .google, search.engine == nil {
            reader.report(key: "search", "google needs `engine`, the ID of a programmable search engine")
        }
    }
}

extension Configuration {
    func searchSettings(_ environment: [String: String]) -> SearchSettings? {
        guard let provider = search.provider, let address = search.baseURL?.description ?? provider.usualAddress else {
            return nil
        }
        var settings = SearchSettings(provider: provider, address: address, key: search.key?.reveal())
        settings.engine = search.engine
        settings.results = search.results
        settings.authorityFile = upstream.caFile
        settings.proxy = upstream.proxy.text(environment)
        return settings
    }
}

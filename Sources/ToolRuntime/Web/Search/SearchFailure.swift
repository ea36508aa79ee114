internal import HTTP
internal import JSON

/// What a service says in place of results, and what to do about it.
enum SearchFailure {
    static func outcome(_ answer: WebExchange.Answer, _ settings: SearchSettings) -> ToolOutcome {
        let name = settings.provider.rawValue
        let status = answer.head.status
        let said = message(answer.body, settings)
        let structured: JSONValue = ["status": .int(status)]
        switch (status, settings.provider) {
        case (403, .searxng):
            return .failure(
                "search_refused",
                "\(settings.address) does not answer in JSON: add `json` to `search.formats` in the settings.yml of that SearXNG.",
                structured)
        case _ where isAboutKey(status, said, settings.provider):
            return .failure(
                "search_key", "\(name) refuses the key (\(status)\(said)): check `search.key` in sidecar.yaml.",
                structured)
        case (429, _):
            let wait = answer.head.fields["retry-after"].flatMap { Int($0) }
            var structured = structured
            if let wait { structured["retryAfterSeconds"] = .int(wait) }
            return .failure(
                "rate_limited",
                "\(name) is asked too often (429\(said)). Try again \(wait.map { "in \($0) s" } ?? "later").",
                structured)
        case (402, _), (432, .tavily), (433, .tavily):
            return .failure(
                "search_quota", "What \(name) grants to this key is used up (\(status)\(said)).", structured)
        case (300..<400, _):
            return .failure(
                "search_failed",
                "\(name) redirects elsewhere (\(status)), which is not followed: check `search.base_url`.", structured)
        default:
            return .failure("search_failed", "\(name) answers with an error (\(status)\(said)).", structured)
        }
    }

    /// Two of them have a number of their own for it.
    private static func isAboutKey(_ status: Int, _ said: String, _ provider: SearchProvider) -> Bool {
        switch (status, provider) {
        case (401, _), (403, _): true
        case (422, .brave): said.contains("oken")
        case (400, .google): said.contains("API key")
        default: false
        }
    }

    /// What the service says of it, in one short line, and never the key, should it repeat that.
    private static func message(_ body: [UInt8], _ settings: SearchSettings) -> String {
        guard let json = try? JSONValue(parsing: body) else { return "" }
        let places: [JSONValue?] = [
            json["error"]?["message"], json["error"]?["detail"], json["error"]?["code"], json["detail"]?["error"],
            json["message"], json["detail"], json["error"],
        ]
        guard let text = places.lazy.compactMap({ $0?.string }).first(where: { !$0.isEmpty }) else { return "" }
        let line = SearchResult.plain(text, 200)
        guard let key = settings.key?.text, !key.isEmpty else { return ", \(line)" }
        return ", \(line.replacing(key, with: "…"))"
    }
}

internal import Addresses
internal import HTTP
internal import JSON
internal import LinuxSystem

/// A question as each service wants it. The key is in a field of the head, never in the address, which messages show.
enum SearchRequest {
    static func make(_ query: String, _ filter: DomainFilter, _ settings: SearchSettings) -> UpstreamRequest {
        let key = settings.key?.text ?? ""
        let count = settings.results
        let words = query + filter.words
        switch settings.provider {
        case .searxng:
            let fields: HTTPFields = key.isEmpty ? [:] : ["Authorization": "Bearer \(key)"]
            return get("/search", [("q", words), ("format", "json")], fields)
        case .brave:
            return get(
                "/res/v1/web/search",
                [
                    ("q", words), ("count", "\(min(count, 20))"), ("text_decorations", "false"),
                    ("result_filter", "web"),
                ],
                ["X-Subscription-Token": key])
        case .google:
            return get(
                "/customsearch/v1",
                [("cx", settings.engine ?? ""), ("q", words), ("num", "\(min(count, 10))")], ["X-Goog-Api-Key": key])
        case .serper:
            return post("/search", ["q": .string(words), "num": .int(count)], ["X-API-KEY": key])
        case .tavily:
            var body: JSONValue = ["query": .string(query), "max_results": .int(count), "search_depth": "basic"]
            add(filter, only: "include_domains", without: "exclude_domains", to: &body)
            return post("/search", body, ["Authorization": "Bearer \(key)"])
        case .exa:
            var body: JSONValue = [
                "query": .string(query), "numResults": .int(count), "type": "auto",
                "contents": ["text": ["maxCharacters": .int(snippetCharacters)]],
            ]
            add(filter, only: "includeDomains", without: "excludeDomains", to: &body)
            return post("/search", body, ["x-api-key": key])
        }
    }

    private static let snippetCharacters = 500

    private static func add(_ filter: DomainFilter, only: String, without: String, to body: inout JSONValue) {
        if filter.mode == .all { return }
        body[filter.mode == .only ? only : without] = .array(filter.names.map { .string($0) })
    }

    private static func get(_ path: String, _ query: [(String, String)], _ fields: HTTPFields) -> UpstreamRequest {
        let text = query.map { "\($0)=\(PercentText.value($1))" }.joined(separator: "&")
        return UpstreamRequest(method: "GET", target: "\(path)?\(text)", fields: common(fields), body: .none)
    }

    private static func post(_ path: String, _ body: JSONValue, _ fields: HTTPFields) -> UpstreamRequest {
        var fields = common(fields)
        fields.append("Content-Type", "application/json")
        let buffer = ByteBuffer()
        body.bytes().withUnsafeBytes { buffer.append($0) }
        return UpstreamRequest(method: "POST", target: path, fields: fields, body: .bytes(buffer))
    }

    private static func common(_ fields: HTTPFields) -> HTTPFields {
        var fields = fields
        fields.append("Accept", "application/json")
        fields.append("User-Agent", "sidecar (a coding agent's WebSearch)")
        return fields
    }
}

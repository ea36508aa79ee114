internal import JSON

/// A hit, in the one shape that all services come to.
struct SearchResult: Sendable, Equatable {
    var title: String
    var address: String
    var snippet: String
    /// As the service says it.
    var date: String?

    var json: JSONValue {
        var value: JSONValue = [
            "title": .string(title), "url": .string(address), "snippet": .string(snippet),
        ]
        if let date { value["date"] = .string(date) }
        return value
    }

    /// nil for an answer that is none of this service's.
    static func read(_ answer: JSONValue, from provider: SearchProvider) -> [SearchResult]? {
        guard answer.object != nil else { return nil }
        let list: JSONValue?
        switch provider {
        case .searxng, .tavily, .exa: list = answer["results"]
        // Nothing found: the key is missing.
        case .brave: list = answer["web"]?["results"] ?? (answer["type"]?.string == "search" ? [] : nil)
        case .serper: list = answer["organic"] ?? (answer["searchParameters"] != nil ? [] : nil)
        case .google: list = answer["items"] ?? (answer["searchInformation"] != nil ? [] : nil)
        }
        return list?.array?.compactMap { one($0, provider) }
    }

    private static func one(_ hit: JSONValue, _ provider: SearchProvider) -> SearchResult? {
        let address = hit["url"]?.string ?? hit["link"]?.string ?? ""
        let lower = address.prefix(8).lowercased()
        guard lower.hasPrefix("https://") || lower.hasPrefix("http://"), address.utf8.count <= addressBytesMax else {
            return nil
        }
        let snippet: String?
        let date: String?
        switch provider {
        case .searxng: (snippet, date) = (hit["content"]?.string, hit["publishedDate"]?.string)
        case .brave: (snippet, date) = (hit["description"]?.string, hit["page_age"]?.string ?? hit["age"]?.string)
        case .tavily: (snippet, date) = (hit["content"]?.string, hit["published_date"]?.string)
        case .exa:
            (snippet, date) = (hit["text"]?.string ?? hit["highlights"]?[0]?.string, hit["publishedDate"]?.string)
        case .serper: (snippet, date) = (hit["snippet"]?.string, hit["date"]?.string)
        case .google: (snippet, date) = (hit["snippet"]?.string, nil)
        }
        return SearchResult(
            title: plain(hit["title"]?.string ?? "", titleCharacters), address: address,
            snippet: plain(snippet ?? "", snippetCharacters),
            date: date.map { plain($0, 40) }.flatMap { $0.isEmpty ? nil : $0 })
    }

    private static let addressBytesMax = 2000
    private static let titleCharacters = 200
    private static let snippetCharacters = 600

    /// One line without the marks that some services leave in.
    static func plain(_ text: String, _ charactersMax: Int) -> String {
        var result = ""
        var rest = text[...]
        while let mark = rest.firstIndex(of: "<") {
            result += rest[..<mark]
            let tag = rest[mark...].prefix(40)
            let isTag = tag.dropFirst().first.map { $0.isLetter || $0 == "/" } ?? false
            if isTag, let end = tag.firstIndex(of: ">") {
                rest = rest[rest.index(after: end)...]
            } else {
                result += "<"
                rest = rest[rest.index(after: mark)...]
            }
        }
        result += rest
        for (entity, character) in entities { result = result.replacing(entity, with: character) }
        let line = result.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count > charactersMax ? "\(line.prefix(charactersMax))…" : line
    }

    /// The last one last, so that nothing is resolved twice.
    private static let entities = [
        ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&nbsp;", " "),
        ("&amp;", "&"),
    ]
}

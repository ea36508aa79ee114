/// A `Content-Type`: type, subtype and charset, in lower case. What cannot be read is as if it were not said.
struct MediaType: Equatable {
    var name = ""
    var charset: String?

    init(_ field: String) {
        var parts = field.split(separator: ";").map { $0.trimmed }
        guard let first = parts.first, first.contains("/") else { return }
        name = first.lowercased()
        parts.removeFirst()
        for part in parts where charset == nil {
            guard let sign = part.firstIndex(of: "="), part[..<sign].trimmed.lowercased() == "charset" else { continue }
            let value = part[part.index(after: sign)...].trimmed.filter { $0 != "\"" && $0 != "'" }
            if !value.isEmpty { charset = value.lowercased() }
        }
    }

    enum Kind: Equatable { case page, text, document, binary, unsaid }

    /// What it says of the content; `unsaid` where only a look at the bytes can tell.
    var kind: Kind {
        switch name {
        case "", "application/octet-stream", "binary/octet-stream", "text/plain": .unsaid
        case "text/html", "application/xhtml+xml": .page
        case "application/pdf", "application/x-pdf": .document
        case _ where name.hasPrefix("text/") || name.hasSuffix("+json") || name.hasSuffix("+xml"): .text
        case _ where Self.texts.contains(name): .text
        default: .binary
        }
    }

    private static let texts: Set<String> = [
        "application/json", "application/xml", "application/javascript", "application/x-javascript",
        "application/ecmascript", "application/yaml", "application/x-yaml", "application/toml", "application/x-ndjson",
        "application/jsonl", "application/sql", "application/graphql", "application/x-sh", "application/rtf",
        "application/x-www-form-urlencoded", "application/manifest+json", "application/markdown",
    ]
}

extension StringProtocol {
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}

/// What a server says in `WWW-Authenticate` when it wants to know who asks (RFC 6750, RFC 9728).
package struct OAuthChallenge: Sendable, Equatable {
    /// Where it tells more of itself.
    package var metadata: String?
    package var scope: String?
    package var error: String?

    package init() {}

    /// Of all fields of that name; nil where none asks for a bearer's token.
    package init?(_ fields: [String]) {
        for field in fields {
            var isBearer = false
            var found = OAuthChallenge()
            for piece in Self.pieces(field) {
                var piece = piece
                // A scheme stands in front of its first parameter.
                let word = piece.prefix { $0 != " " && $0 != "=" }
                if word.count == piece.count || piece[word.endIndex] == " " {
                    if isBearer { break }
                    isBearer = word.lowercased() == "bearer"
                    piece = piece[word.endIndex...].drop { $0 == " " }
                }
                if isBearer { found.take(piece) }
            }
            if isBearer || found != OAuthChallenge() {
                self = found
                return
            }
        }
        return nil
    }

    private mutating func take(_ piece: Substring) {
        guard let sign = piece.firstIndex(of: "=") else { return }
        var value = piece[piece.index(after: sign)...].drop { $0 == " " }
        if value.hasPrefix("\""), value.hasSuffix("\""), value.count > 1 { value = value.dropFirst().dropLast() }
        let plain = value.filter { $0 != "\\" }
        switch piece[..<sign].filter({ $0 != " " }).lowercased() {
        case "resource_metadata": metadata = plain
        case "scope": scope = OAuthScope.tidy(plain)
        case "error": error = plain
        default: break
        }
    }

    /// Between commas that are not in quotes.
    private static func pieces(_ field: String) -> [Substring] {
        var pieces: [Substring] = []
        var (start, isQuoted, isEscaped) = (field.startIndex, false, false)
        for index in field.indices {
            let letter = field[index]
            if letter == "\"" && !isEscaped { isQuoted.toggle() }
            isEscaped = letter == "\\" && !isEscaped
            guard letter == ",", !isQuoted else { continue }
            pieces.append(field[start..<index])
            start = field.index(after: index)
        }
        pieces.append(field[start...])
        return pieces.map { piece in
            let tail = piece.reversed().prefix { $0 == " " }.count
            return piece.dropLast(tail).drop { $0 == " " }
        }.filter { !$0.isEmpty }
    }
}

/// What a token is for: words with spaces between them.
package enum OAuthScope {
    /// nil: nothing that a scope can be.
    package static func tidy(_ text: String?) -> String? {
        let words = (text ?? "").split(separator: " ").filter { $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }
        return words.isEmpty ? nil : words.joined(separator: " ")
    }

    /// Each word once, in the order in which they came.
    package static func union(_ texts: String?...) -> String? {
        var words: [Substring] = []
        for word in texts.flatMap({ ($0 ?? "").split(separator: " ") }) where !words.contains(word) {
            words.append(word)
        }
        return words.isEmpty ? nil : words.joined(separator: " ")
    }
}

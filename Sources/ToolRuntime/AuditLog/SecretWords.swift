/// Secrets in a text that are known by the word before them (`TOKEN=`, `--password`, `Authorization:`, `Bearer`) or by how
/// they begin. Not a shell parser: an input can be any text. Where it is not clear how far a value goes, it takes no
/// more than to the end of the word or of the quotes, so that little else is hidden by it.
struct SecretWords {
    private let bytes: [UInt8]
    private var position = 0
    private var output: AuditRedaction.Cut
    /// The quotes that we are inside of.
    private var quote: UInt8?

    /// nil where there are none.
    static func redact(_ bytes: [UInt8]) -> [UInt8]? {
        var words = SecretWords(bytes)
        while words.position < bytes.count { words.step() }
        return words.output.result
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
        output = AuditRedaction.Cut(bytes)
    }

    /// How keys begin that their makers have made recognisable. Shorter words than `keyBytesMin` are none.
    static let keyBeginnings = [
        "sk-", "sk_live_", "rk_live_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xoxb-",
        "xoxp-",
        "xoxa-", "xapp-", "AKIA", "ASIA", "AIza", "ya29.", "eyJ", "hf_", "npm_", "pypi-", "dop_v1_", "shpat_", "SG.",
        "AGE-SECRET-KEY-",
    ].map { Array($0.utf8) }
    private static let keyBytesMin = 16
    private static let schemes: Set<String> = ["bearer", "basic", "token", "digest"]
    private static let longestScheme = 6
    /// Options that take a user and, behind a colon, a password.
    private static let userOptions: Set<String> = ["-u", "--user", "--proxy-user"]
    private static let longestUserOption = 12

    private mutating func step() {
        let start = position
        let end = place(of: .separator, from: start)
        guard end > start else { return passSeparator() }
        if isKey(start..<end) {
            position = place(of: .valueEnd, from: start)
            return output.replace(start..<position)
        }
        position = end
        guard let (value, isField) = value(behind: start..<end) else { return }
        position = value
        passScheme()
        takeValue(isField: isField)
    }

    private func isKey(_ word: Range<Int>) -> Bool {
        guard word.count >= Self.keyBytesMin, SecretBytes.of(bytes[word.lowerBound]).contains(.keyStart) else {
            return false
        }
        return Self.keyBeginnings.contains { $0.count <= word.count && bytes.holds($0, at: word.lowerBound) }
    }

    private mutating func passSeparator() {
        let byte = bytes[position]
        let count = byte == UInt8(ascii: "\\") && position + 1 < bytes.count ? 2 : 1
        if count == 1, isQuote(byte), quote == nil || quote == byte { quote = quote == nil ? byte : nil }
        position += count
    }

    // MARK: Where a value begins

    /// nil when the word announces no secret.
    private func value(behind word: Range<Int>) -> (start: Int, isField: Bool)? {
        let isOption = bytes[word.lowerBound] == UInt8(ascii: "-")
        let isSecret = AuditRedaction.namesSecret(bytes, from: word.lowerBound, to: word.upperBound)
        let isUser = isOption && word.count <= Self.longestUserOption && Self.userOptions.contains(text(word))
        let isBearer = word.count == Self.longestScheme && text(word).lowercased() == "bearer"
        guard isSecret || isUser || isBearer else { return nil }
        var place = word.upperBound
        if isOption || isBearer {
            let hasSign = place < bytes.count && bytes[place] == UInt8(ascii: "=")
            if hasSign { place += 1 } else { skipBlanks(&place) }
            guard place > word.upperBound, self.isSecret(at: place) else { return nil }
            if isUser, !bytes[place..<valueEnd(from: place)].contains(UInt8(ascii: ":")) { return nil }
            return (place, false)
        }
        // In JSON the name has quotes of its own, and in JSON inside of a shell's quotes they have backslashes.
        while place < bytes.count, isQuote(bytes[place]) || bytes[place] == UInt8(ascii: "\\") { place += 1 }
        skipBlanks(&place)
        guard place < bytes.count, bytes[place] == UInt8(ascii: "=") || bytes[place] == UInt8(ascii: ":") else {
            return nil
        }
        let isField = bytes[place] == UInt8(ascii: ":")
        place += 1
        if isField { skipBlanks(&place) }
        return self.isSecret(at: place) ? (place, isField) : nil
    }

    /// Something is there, and it is not the name of a variable that holds it.
    private func isSecret(at place: Int) -> Bool {
        guard place < bytes.count, !SecretBytes.of(bytes[place]).contains(.space) else { return false }
        var place = place
        if bytes[place] == UInt8(ascii: "\"") { place += 1 }
        guard place + 1 < bytes.count, bytes[place] == UInt8(ascii: "$") else { return true }
        return
            !(bytes[place + 1] == UInt8(ascii: "{") || bytes[place + 1] == UInt8(ascii: "(")
            || (0x41...0x5A).contains(bytes[place + 1] & 0xDF) || bytes[place + 1] == UInt8(ascii: "_"))
    }

    private func skipBlanks(_ place: inout Int) {
        while place < bytes.count, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
    }

    /// `Bearer` of `Authorization: Bearer …` may stay.
    private mutating func passScheme() {
        let end = place(of: .separator, from: position)
        guard end - position <= Self.longestScheme, Self.schemes.contains(text(position..<end).lowercased()) else {
            return
        }
        var next = end
        skipBlanks(&next)
        guard next > end, next < bytes.count else { return }
        position = next
    }

    // MARK: Where it ends

    private mutating func takeValue(isField: Bool) {
        let start = position
        while position < bytes.count, bytes[position] == UInt8(ascii: "\\") { position += 1 }
        let isEscaped = position > start
        if position < bytes.count, isQuote(bytes[position]), isEscaped || bytes[position] != quote {
            return takeQuoted(isEscaped: isEscaped)
        }
        if isSecret(at: position) {
            let value = position
            position = isField && quote != nil ? lineEnd(from: value) : valueEnd(from: value)
            output.replace(value..<position)
        }
    }

    /// What stands in quotes of its own, and these themselves: they open nothing.
    private mutating func takeQuoted(isEscaped: Bool) {
        let start = position + 1
        var end = bytes[start...].firstIndex(of: bytes[position]) ?? bytes.count
        if isEscaped, end > start, bytes[end - 1] == UInt8(ascii: "\\") { end -= 1 }
        output.replace(start..<end)
        position = !isEscaped && end < bytes.count ? end + 1 : end
    }

    /// Of a header field in quotes: it may hold anything but them.
    private func lineEnd(from start: Int) -> Int {
        bytes[start...].firstIndex { $0 == quote || $0 == 0x0A } ?? bytes.count
    }

    private func valueEnd(from start: Int) -> Int { place(of: .valueEnd, from: start) }

    private func place(of kind: SecretBytes, from start: Int) -> Int {
        SecretBytes.place(of: kind, in: bytes, from: start)
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    private func isQuote(_ byte: UInt8) -> Bool { SecretBytes.of(byte).contains(.quote) }
}

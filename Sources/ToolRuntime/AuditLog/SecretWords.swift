/// Secrets in a text that are known by the word before them (`TOKEN=`, `--password`, `Authorization:`, `Bearer`) or by how
/// they begin. Not a shell parser: an input can be any text. Where it is not clear how far a value goes, it takes no
/// more than to the end of the word or of the quotes, so that little else is hidden by it.
struct SecretWords {
    private let bytes: [UInt8]
    private var position = 0
    private var output: [UInt8] = []
    /// The quotes that we are inside of.
    private var quote: UInt8?

    static func redact(_ bytes: [UInt8]) -> [UInt8] {
        var words = SecretWords(bytes: bytes)
        while words.position < bytes.count { words.step() }
        return words.output
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// How keys begin that their makers have made recognisable. Shorter words than `keyBytesMin` are none.
    private static let prefixes = [
        "sk-", "sk_live_", "rk_live_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xoxb-",
        "xoxp-",
        "xoxa-", "xapp-", "AKIA", "ASIA", "AIza", "ya29.", "eyJ", "hf_", "npm_", "pypi-", "dop_v1_", "shpat_", "SG.",
        "AGE-SECRET-KEY-",
    ].map { Array($0.utf8) }
    private static let keyBytesMin = 16
    private static let schemes: Set<String> = ["bearer", "basic", "token", "digest"]
    /// Options that take a user and, behind a colon, a password.
    private static let userOptions: Set<String> = ["-u", "--user", "--proxy-user"]

    private mutating func step() {
        let end = bytes[position...].firstIndex(where: Self.isSeparator) ?? bytes.count
        guard end > position else { return passSeparator() }
        let word = bytes[position..<end]
        if word.count >= Self.keyBytesMin, Self.prefixes.contains(where: { word.starts(with: $0) }) {
            output += Array(AuditRedaction.mark.utf8)
            position = plainEnd(from: position)
            return
        }
        let text = String(decoding: word, as: UTF8.self)
        output += word
        position = end
        guard let (start, isField) = value(behind: text) else { return }
        output += bytes[end..<start]
        position = start
        passScheme()
        takeValue(isField: isField)
    }

    private mutating func passSeparator() {
        let byte = bytes[position]
        let count = byte == UInt8(ascii: "\\") && position + 1 < bytes.count ? 2 : 1
        if count == 1, Self.isQuote(byte), quote == nil || quote == byte { quote = quote == nil ? byte : nil }
        output += bytes[position..<(position + count)]
        position += count
    }

    // MARK: Where a value begins

    /// nil when the word at hand announces no secret.
    private func value(behind text: String) -> (start: Int, isField: Bool)? {
        let lowered = text.lowercased()
        var place = position
        if lowered == "bearer"
            || text.hasPrefix("-") && (AuditRedaction.namesSecret(text) || Self.userOptions.contains(text))
        {
            let hasSign = place < bytes.count && bytes[place] == UInt8(ascii: "=")
            if hasSign { place += 1 } else { skipBlanks(&place) }
            guard place > position, isSecret(at: place) else { return nil }
            if Self.userOptions.contains(text), !bytes[place..<plainEnd(from: place)].contains(UInt8(ascii: ":")) {
                return nil
            }
            return (place, false)
        }
        guard AuditRedaction.namesSecret(text) else { return nil }
        // In JSON the name has quotes of its own, and in JSON inside of a shell's quotes they have backslashes.
        while place < bytes.count, Self.isQuote(bytes[place]) || bytes[place] == UInt8(ascii: "\\") { place += 1 }
        skipBlanks(&place)
        guard place < bytes.count, bytes[place] == UInt8(ascii: "=") || bytes[place] == UInt8(ascii: ":") else {
            return nil
        }
        let isField = bytes[place] == UInt8(ascii: ":")
        place += 1
        if isField { skipBlanks(&place) }
        return isSecret(at: place) ? (place, isField) : nil
    }

    /// Something is there, and it is not the name of a variable that holds it.
    private func isSecret(at place: Int) -> Bool {
        guard place < bytes.count, !AuditRedaction.isSpace(bytes[place]) else { return false }
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
        let end = bytes[position...].firstIndex(where: Self.isSeparator) ?? bytes.count
        guard Self.schemes.contains(String(decoding: bytes[position..<end], as: UTF8.self).lowercased()) else { return }
        var next = end
        skipBlanks(&next)
        guard next > end, next < bytes.count else { return }
        output += bytes[position..<next]
        position = next
    }

    // MARK: Where it ends

    private mutating func takeValue(isField: Bool) {
        let start = position
        while position < bytes.count, bytes[position] == UInt8(ascii: "\\") {
            output.append(bytes[position])
            position += 1
        }
        let isEscaped = position > start
        if position < bytes.count, Self.isQuote(bytes[position]), isEscaped || bytes[position] != quote {
            return takeQuoted(isEscaped: isEscaped)
        }
        if isSecret(at: position) {
            output += Array(AuditRedaction.mark.utf8)
            position = isField && quote != nil ? lineEnd(from: position) : plainEnd(from: position)
        }
    }

    /// What stands in quotes of its own, and these themselves: they open nothing.
    private mutating func takeQuoted(isEscaped: Bool) {
        let own = bytes[position]
        output.append(own)
        var end = bytes[(position + 1)...].firstIndex(of: own) ?? bytes.count
        if isEscaped, end - 1 > position, bytes[end - 1] == UInt8(ascii: "\\") { end -= 1 }
        output += Array(AuditRedaction.mark.utf8)
        position = end
        if !isEscaped, position < bytes.count {
            output.append(own)
            position += 1
        }
    }

    /// Of a header field in quotes: it may hold anything but them.
    private func lineEnd(from start: Int) -> Int {
        bytes[start...].firstIndex { $0 == quote || $0 == 0x0A } ?? bytes.count
    }

    private func plainEnd(from start: Int) -> Int {
        bytes[start...].firstIndex { AuditRedaction.isSpace($0) || Self.isQuote($0) || ";|&()<>".utf8.contains($0) }
            ?? bytes.count
    }

    private static func isQuote(_ byte: UInt8) -> Bool { "\"'`".utf8.contains(byte) }
    private static func isSeparator(_ byte: UInt8) -> Bool {
        AuditRedaction.isSpace(byte) || "\"'`=:,;|&()<>{}[]\\?".utf8.contains(byte)
    }
}

internal import JSON

/// Takes secrets out of a tool's input before anything of it is kept. What it looks for is told in docs/security.md; it is a
/// net with meshes, and no promise that a secret in an unknown form is caught.
///
/// Inputs can be as long as a file: each byte is looked at a few times, and a text without secrets is not copied.
enum AuditRedaction {
    static let mark = "[redacted]"

    static func redact(_ value: JSONValue) -> JSONValue {
        switch value {
        case .null, .bool, .number: return value
        case .string(let text): return .string(redact(text))
        case .array(let elements): return .array(elements.map(redact))
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.map { member in
                        let isSecret = namesSecret(Array(member.key.utf8)) && !member.value.isNull
                        return JSONObject.Member(
                            key: redact(member.key), value: isSecret ? .string(mark) : redact(member.value))
                    }))
        }
    }

    static func redact(_ text: String) -> String {
        var bytes = Array(text.utf8)
        guard bytes.count >= shortest else { return text }
        var isChanged = false
        for takeOut in [withoutKeys, withoutUsers, SecretWords.redact] {
            if let changed = takeOut(bytes) { (bytes, isChanged) = (changed, true) }
        }
        return isChanged ? String(decoding: bytes, as: UTF8.self) : text
    }

    private static let shortest = 8

    // MARK: Names

    /// Parts of names of variables, options and fields whose values are secrets.
    static let secretNames = [
        "password", "passwd", "passphrase", "secret", "token", "apikey", "credential", "authorization", "privatekey",
        "accesskey", "cookie", "sessionkey",
    ].map { Array($0.utf8) }
    private static let secretBytesMin = secretNames.map(\.count).min() ?? 0
    /// They hold one of these words and mean something else.
    private static let harmlessNames = Set(["maxtokens", "tokencount", "tokens", "tokenizer"].map { Array($0.utf8) })

    /// Of the bytes of a word, or of those from `start` to `end` of a text.
    static func namesSecret(_ name: [UInt8], from start: Int = 0, to end: Int? = nil) -> Bool {
        let end = end ?? name.count
        guard end - start >= secretBytesMin else { return false }
        var plain: [UInt8] = []
        plain.reserveCapacity(end - start)
        for place in start..<end {
            let byte = name[place]
            let lowered = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
            if isLetterOrDigit(lowered) { plain.append(lowered) }
        }
        var place = 0
        while plain.count - place >= secretBytesMin {
            if SecretBytes.of(plain[place]).contains(.nameStart),
                secretNames.contains(where: { $0[0] == plain[place] && plain.holds($0, at: place) })
            {
                return !harmlessNames.contains(plain)
            }
            place += 1
        }
        return false
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        byte >= 0x30 && byte <= 0x39 || byte >= 0x61 && byte <= 0x7A
    }

    // MARK: Private keys

    /// nil where there are none.
    private static func withoutKeys(_ bytes: [UInt8]) -> [UInt8]? {
        var output = Cut(bytes)
        var place = 0
        while let begin = bytes.place(of: "-----BEGIN ", from: place) {
            place = begin + 1
            guard let label = labelEnd(bytes, begin) else { continue }
            place = bytes.place(of: "-----END ", from: label) ?? bytes.count
            output.replace(label..<place)
        }
        return output.result
    }

    /// Of a block that begins there, where it is a private key's.
    private static func labelEnd(_ bytes: [UInt8], _ begin: Int) -> Int? {
        let last = min(bytes.count, begin + labelBytesMax)
        for label in ["PRIVATE KEY-----", "PRIVATE KEY BLOCK-----"] as [StaticString] {
            if let place = bytes.place(of: label, from: begin, before: last) { return place + label.utf8CodeUnitCount }
        }
        return nil
    }

    private static let labelBytesMax = 80

    // MARK: Users and passwords in URLs

    /// nil where there are none.
    private static func withoutUsers(_ bytes: [UInt8]) -> [UInt8]? {
        var output = Cut(bytes)
        var place = 0
        while let slashes = bytes.place(of: "://", from: place) {
            place = slashes + 3
            let end = SecretBytes.place(of: .addressEnd, in: bytes, from: place)
            guard let at = bytes[place..<end].lastIndex(of: UInt8(ascii: "@")) else { continue }
            output.replace(place..<at)
            place = at
        }
        return output.result
    }

    /// A text, and what of it is replaced by the mark.
    struct Cut {
        let bytes: [UInt8]
        private var output: [UInt8] = []
        private var taken = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        /// Of places from left to right.
        mutating func replace(_ range: Range<Int>) {
            output += bytes[taken..<range.lowerBound]
            output += AuditRedaction.mark.utf8
            taken = range.upperBound
        }

        /// nil where nothing was.
        var result: [UInt8]? { output.isEmpty ? nil : output + bytes[taken...] }
    }
}

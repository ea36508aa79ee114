internal import JSON

/// Takes secrets out of a tool's input before anything of it is kept. What it looks for is told in docs/security.md; it is a
/// net with meshes, and no promise that a secret in an unknown form is caught.
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
                        let isSecret = namesSecret(member.key) && !member.value.isNull
                        return JSONObject.Member(
                            key: redact(member.key), value: isSecret ? .string(mark) : redact(member.value))
                    }))
        }
    }

    /// Parts of names of variables, options and fields whose values are secrets.
    private static let secretNames = [
        "password", "passwd", "passphrase", "secret", "token", "apikey", "credential", "authorization", "privatekey",
        "accesskey", "cookie", "sessionkey",
    ].map { Array($0.utf8) }
    private static let secretBytesMin = secretNames.map(\.count).min() ?? 0
    /// They hold one of these words and mean something else.
    private static let harmlessNames: Set<String> = ["maxtokens", "tokencount", "tokens", "tokenizer"]

    /// By bytes: texts of megabytes are looked through word by word.
    static func namesSecret(_ name: String) -> Bool {
        guard name.utf8.count >= secretBytesMin else { return false }
        var plain: [UInt8] = []
        plain.reserveCapacity(name.utf8.count)
        for byte in name.utf8 {
            let lowered = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            if isLetterOrDigit(lowered) { plain.append(lowered) }
        }
        guard secretNames.contains(where: { plain.place(of: $0, from: 0) != nil }) else { return false }
        return !harmlessNames.contains(String(decoding: plain, as: UTF8.self))
    }

    static func redact(_ text: String) -> String {
        var bytes = Array(text.utf8)
        // The common case costs one look.
        guard bytes.count >= 8 else { return text }
        for takeOut in [blocks, addresses, SecretWords.redact] { bytes = takeOut(bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Private keys

    private static func blocks(_ bytes: [UInt8]) -> [UInt8] {
        let begin = Array("-----BEGIN ".utf8)
        let kind = Array("PRIVATE KEY-----".utf8)
        guard let start = bytes.place(of: begin, from: 0), let label = bytes.place(of: kind, from: start),
            label - start < 64
        else { return bytes }
        let end = bytes.place(of: Array("-----END ".utf8), from: label) ?? bytes.count
        let rest = blocks(Array(bytes[end...]))
        return Array(bytes[..<(label + kind.count)]) + Array(mark.utf8) + rest
    }

    // MARK: Users and passwords in URLs

    private static func addresses(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var position = 0
        let slashes = Array("://".utf8)
        while let place = bytes.place(of: slashes, from: position) {
            let start = place + slashes.count
            output += bytes[position..<start]
            let end = bytes[start...].firstIndex { isSpace($0) || "/?#\"'`<>".utf8.contains($0) } ?? bytes.count
            if let at = bytes[start..<end].lastIndex(of: UInt8(ascii: "@")) {
                output += Array(mark.utf8)
                position = at
            } else {
                position = start
            }
        }
        return output + bytes[position...]
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

extension [UInt8] {
    fileprivate func place(of sought: [UInt8], from start: Int) -> Int? {
        guard count - start >= sought.count else { return nil }
        return withUnsafeBufferPointer { own in
            (start...(own.count - sought.count)).first { place in
                own[place] == sought[0] && own[place..<(place + sought.count)].elementsEqual(sought)
            }
        }
    }
}

internal import LinuxSystem

/// What a byte may be to who looks for secrets: one look into a table for each byte of a text, however long it is.
struct SecretBytes: OptionSet {
    let rawValue: UInt8

    static let space = SecretBytes(rawValue: 1)
    static let quote = SecretBytes(rawValue: 2)
    /// Between the words of a text.
    static let separator = SecretBytes(rawValue: 4)
    /// What a value without quotes does not go beyond.
    static let valueEnd = SecretBytes(rawValue: 8)
    /// What stands behind the name of a host, and the user before it.
    static let addressEnd = SecretBytes(rawValue: 16)
    /// Keys that their makers have made recognisable begin so.
    static let keyStart = SecretBytes(rawValue: 32)
    /// So begin the words that names of secrets have in them.
    static let nameStart = SecretBytes(rawValue: 64)

    private static let table: [UInt8] = {
        var table = [UInt8](repeating: 0, count: 256)
        func note(_ bytes: some Sequence<UInt8>, _ kind: SecretBytes) {
            for byte in bytes { table[Int(byte)] |= kind.rawValue }
        }
        let spaces = [0x20] + [UInt8](0x09...0x0D)
        let quotes = "\"'`".utf8
        note(spaces, [.space, .separator, .valueEnd, .addressEnd])
        note(quotes, [.quote, .separator, .valueEnd, .addressEnd])
        note("=:,;|&()<>{}[]\\?".utf8, .separator)
        note(";|&()<>".utf8, .valueEnd)
        note("/?#<>".utf8, .addressEnd)
        note(SecretWords.keyBeginnings.map { $0[0] }, .keyStart)
        note(AuditRedaction.secretNames.map { $0[0] }, .nameStart)
        return table
    }()

    static func of(_ byte: UInt8) -> SecretBytes { SecretBytes(rawValue: table[Int(byte)]) }

    /// Where one of these stands first, from `start` on; else the end.
    static func place(of kinds: SecretBytes, in bytes: [UInt8], from start: Int) -> Int {
        let mask = kinds.rawValue
        return bytes.withUnsafeBufferPointer { bytes in
            table.withUnsafeBufferPointer { table in
                var place = start
                while place < bytes.count, table[Int(bytes[place])] & mask == 0 { place += 1 }
                return place
            }
        }
    }
}

extension [UInt8] {
    func place(of text: StaticString, from start: Int, before end: Int? = nil) -> Int? {
        withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[..<(end ?? count)]).firstOffset(of: text, from: start) }
    }

    /// Whether these stand there.
    func holds(_ sought: [UInt8], at place: Int) -> Bool {
        guard sought.count <= count - place else { return false }
        return withUnsafeBytes { own in
            sought.withUnsafeBytes { sought in
                UnsafeRawBufferPointer(rebasing: own[place..<(place + sought.count)]).hasSameBytes(as: sought)
            }
        }
    }
}

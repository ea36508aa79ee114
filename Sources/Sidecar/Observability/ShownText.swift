internal import LinuxSystem

extension String {
    /// The front of a text that somebody else wrote. By scalars: one character may hold any number of them, so a limit in
    /// characters would be none.
    func cut(to limit: Int) -> String {
        guard utf8.count > limit, let end = unicodeScalars.index(startIndex, offsetBy: limit, limitedBy: endIndex),
            end < endIndex
        else { return self }
        return String(unicodeScalars[..<end]) + "…"
    }

    /// For a header field of ours: visible ASCII and spaces, so that no strict client refuses the whole answer for it.
    var headerText: String {
        // Nearly all names are such already.
        if withBytes({ bytes in bytes.allSatisfy { $0 >= 0x20 && $0 <= 0x7e } }) { return self }
        return String(decoding: utf8.map { (0x20...0x7e).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}

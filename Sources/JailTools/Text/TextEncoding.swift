internal import JSON

/// How the characters of a file are written. What a file begins with says it; what is neither marked nor UTF-8 is taken for
/// Windows-1252, the superset of Latin-1 that gives every byte a character of its own, so that nothing is lost.
package enum TextEncoding: Equatable, Sendable {
    case utf8(isMarked: Bool)
    /// Always with its byte order mark: without one nobody could tell.
    case utf16(isBigEndian: Bool)
    case windows1252

    /// For people.
    package var name: String {
        switch self {
        case .utf8(false): "UTF-8"
        case .utf8(true): "UTF-8 with a byte order mark"
        case .utf16(true): "UTF-16, big end first"
        case .utf16(false): "UTF-16, little end first"
        case .windows1252: "ISO-8859-1 (Latin-1)"
        }
    }

    package var mark: [UInt8] {
        switch self {
        case .utf8(true): [0xef, 0xbb, 0xbf]
        case .utf16(true): [0xfe, 0xff]
        case .utf16(false): [0xff, 0xfe]
        default: []
        }
    }

    /// What the first bytes say; nil for bytes that are no text.
    package static func detect(_ bytes: [UInt8], isWhole: Bool) -> TextEncoding? {
        if let marked = marked(bytes) { return marked }
        // As git tells binary files.
        if bytes.prefix(lookBytes).contains(0) { return nil }
        if isUTF8(bytes, isWhole: isWhole) { return .utf8(isMarked: false) }
        return looksLikeText(bytes.prefix(lookBytes)) ? .windows1252 : nil
    }

    private static func marked(_ bytes: [UInt8]) -> TextEncoding? {
        let all: [TextEncoding] = [.utf8(isMarked: true), .utf16(isBigEndian: true), .utf16(isBigEndian: false)]
        guard let marked = all.first(where: { bytes.starts(with: $0.mark) }) else { return nil }
        if case .utf8 = marked, !isUTF8(bytes, isWhole: true) { return .windows1252 }
        return marked
    }

    /// Where bytes are only the beginning of a file, their last character may be cut.
    private static func isUTF8(_ bytes: [UInt8], isWhole: Bool) -> Bool {
        bytes.withUnsafeBufferPointer { all in
            if JSON.isUTF8(all) { return true }
            if isWhole { return false }
            return (1...3).contains { all.count >= $0 && JSON.isUTF8(UnsafeBufferPointer(rebasing: all.dropLast($0))) }
        }
    }

    private static func looksLikeText(_ bytes: ArraySlice<UInt8>) -> Bool {
        let strange = bytes.count { ($0 < 0x20 && !(7...13).contains($0) && $0 != 0x1b) || $0 == 0x7f }
        return strange * strangeShare <= bytes.count
    }

    private static let lookBytes = 8000
    /// One control character in so many is still a text.
    private static let strangeShare = 20
}

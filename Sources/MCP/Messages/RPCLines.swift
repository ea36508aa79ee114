/// Messages on a pipe: each is a line. Bytes go in as they come, lines come out, whole or not at all.
package struct RPCLines: Sendable {
    package enum Line: Sendable, Equatable {
        case text([UInt8])
        /// So long that nobody means it; but for its beginning its bytes are gone, and what follows it is read as usual.
        case tooLong(head: [UInt8])
    }

    package static let lineBytesMax = 64 << 20
    /// What is kept of one that is too long: enough to see whom it was meant for.
    private static let headBytes = 256

    private let bytesMax: Int
    private var unfinished: [UInt8] = []
    private var isSkipping = false

    package init(bytesMax: Int = RPCLines.lineBytesMax) { self.bytesMax = bytesMax }

    /// Empty lines are none: some clients end each message twice.
    package mutating func take(_ bytes: [UInt8]) -> [Line] {
        var lines: [Line] = []
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A)
            add(bytes[start..<(end ?? bytes.count)])
            guard let end else { break }
            if let line = finish() { lines.append(line) }
            start = end + 1
        }
        return lines
    }

    /// What is left when no more will come: a last line without an end.
    package mutating func end() -> Line? { finish() }

    private mutating func add(_ part: ArraySlice<UInt8>) {
        if isSkipping { return }
        if unfinished.count + part.count > bytesMax {
            isSkipping = true
            unfinished = Array((unfinished.prefix(Self.headBytes) + part.prefix(Self.headBytes)).prefix(Self.headBytes))
        } else {
            unfinished.append(contentsOf: part)
        }
    }

    private mutating func finish() -> Line? {
        defer {
            unfinished = []
            isSkipping = false
        }
        if isSkipping { return .tooLong(head: unfinished) }
        if unfinished.last == 0x0D { unfinished.removeLast() }
        return unfinished.allSatisfy { $0 == 0x20 || $0 == 0x09 } ? nil : .text(unfinished)
    }
}

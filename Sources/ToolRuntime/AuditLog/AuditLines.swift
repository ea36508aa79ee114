package import LinuxSystem

/// A line of a log's file as it was found.
package struct AuditLine: Sendable, Equatable {
    package let fileNumber: Int
    /// From 1.
    package let number: Int
    /// Without the line feed; only the beginning of one that is too long to be a record.
    package let bytes: [UInt8]
    package let isTooLong: Bool
    /// It ends with a line feed.
    package let isWhole: Bool
}

/// Takes a file's bytes apart into lines, whatever they are. No I/O, and no more memory than a line may have.
package struct AuditLineSplitter {
    private let fileNumber: Int
    private var number = 0
    private var line: [UInt8] = []
    private var isTooLong = false

    package init(fileNumber: Int) { self.fileNumber = fileNumber }

    package mutating func take(_ bytes: ArraySlice<UInt8>, _ body: (AuditLine) -> Void) {
        var rest = bytes
        while let end = rest.firstIndex(of: 0x0A) {
            keep(rest[..<end])
            body(finish(isWhole: true))
            rest = rest[(end + 1)...]
        }
        keep(rest)
    }

    /// What stands behind the last line feed.
    package mutating func end() -> AuditLine? { line.isEmpty && !isTooLong ? nil : finish(isWhole: false) }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        if isTooLong { return }
        let room = AuditRecord.bytesMax - line.count
        line += bytes.prefix(room)
        isTooLong = bytes.count > room
    }

    private mutating func finish(isWhole: Bool) -> AuditLine {
        number += 1
        defer {
            line.removeAll(keepingCapacity: true)
            isTooLong = false
        }
        return AuditLine(
            fileNumber: fileNumber, number: number, bytes: line, isTooLong: isTooLong, isWhole: isWhole)
    }
}

/// The files of a log from the first to the last byte.
package enum AuditReader {
    private static let pieceBytes = 256 << 10

    /// The lines of one file from `offset` on, no further than `end`. Returns where it stopped.
    @discardableResult
    package static func lines(
        of number: Int, in folder: AuditFolder, from offset: Int = 0, to end: Int = .max,
        _ splitter: inout AuditLineSplitter, _ body: (AuditLine) -> Void
    ) throws(SystemError) -> Int {
        let file = try Descriptor.open(folder.filePath(number), [.readOnly, .nonblocking])
        var offset = offset
        while offset < end {
            let piece = try file.read(offset..<min(end, offset + pieceBytes))
            if piece.isEmpty { break }
            splitter.take(piece[...], body)
            offset += piece.count
        }
        return offset
    }

    /// Every line of every file.
    package static func allLines(
        _ folder: AuditFolder, ends: [Int: Int] = [:], _ body: (AuditLine) -> Void
    ) throws(SystemError) {
        for number in try folder.fileNumbers() {
            var splitter = AuditLineSplitter(fileNumber: number)
            try lines(of: number, in: folder, to: ends[number] ?? .max, &splitter, body)
            if let rest = splitter.end() { body(rest) }
        }
    }
}

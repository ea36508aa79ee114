internal import Digest
internal import LinuxSystem

/// Where a log ends, found from behind: its last record, and what stands after that.
struct AuditTail: Equatable {
    var end: AuditEnd
    /// Of the last file; 0 when there is none.
    var fileNumber: Int
    var fileBytes: Int
    /// Bytes behind the last line feed: a writer died in the middle of a line.
    var torn: [UInt8]
    /// The last whole line is none of ours, so `end` is that of an earlier one.
    var isUnreadable: Bool

    /// Any record lies wholly in the last so many bytes, with what may be torn behind it.
    private static let windowBytes = 2 * AuditRecord.bytesMax + 2

    static func find(_ folder: AuditFolder) throws(SystemError) -> AuditTail {
        let numbers = try folder.fileNumbers()
        var tail = AuditTail(
            end: .beginning, fileNumber: numbers.last ?? 0, fileBytes: 0, torn: [], isUnreadable: false)
        guard let last = numbers.last else { return tail }
        tail.fileBytes = try File.status(folder.filePath(last)).size
        for number in numbers.reversed() {
            let file = try Descriptor.open(folder.filePath(number), [.readOnly, .nonblocking])
            let size = try File.status(folder.filePath(number)).size
            let window = try file.read(max(0, size - windowBytes)..<size)
            var lines = window.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
            let rest = lines.removeLast()
            if number == last { tail.torn = rest }
            if let found = Self.lastRecord(lines) {
                tail.end = found.end
                tail.isUnreadable = tail.isUnreadable || !found.isLast
                return tail
            }
            // A file that was only just begun is empty; a whole file without one record was written by somebody else.
            if !lines.isEmpty { tail.isUnreadable = true }
        }
        return tail
    }

    private static func lastRecord(_ lines: [[UInt8]]) -> (end: AuditEnd, isLast: Bool)? {
        for (index, line) in lines.enumerated().reversed() {
            if let record = AuditRecord.read(line) {
                let isLast = index == lines.count - 1
                return (AuditEnd(sequence: record.link.sequence, hash: SHA256(of: line)), isLast)
            }
        }
        return nil
    }
}

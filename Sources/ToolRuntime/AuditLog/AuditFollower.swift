package import LinuxSystem

/// The end of a log, and what is added to it.
package struct AuditFollower {
    private let folder: AuditFolder
    private var fileNumber = 0
    private var offset = 0
    private var splitter = AuditLineSplitter(fileNumber: 0)

    package init(_ folder: AuditFolder) { self.folder = folder }

    /// The last `count` whole lines. What comes later is for `more`.
    package mutating func last(_ count: Int) throws(SystemError) -> [AuditLine] {
        var lines: [AuditLine] = []
        let numbers = try folder.fileNumbers()
        for number in numbers.reversed() where lines.count < count || number == numbers.last {
            var splitter = AuditLineSplitter(fileNumber: number)
            var own: [AuditLine] = []
            let end = try AuditReader.lines(of: number, in: folder, &splitter) { line in
                own.append(line)
                if own.count > 2 * count + 64 { own.removeFirst(own.count - count) }
            }
            if number == numbers.last {
                fileNumber = number
                offset = end
                self.splitter = splitter
            }
            lines = own + lines
        }
        return lines.suffix(count)
    }

    /// Whole lines that have come since.
    package mutating func more() throws(SystemError) -> [AuditLine] {
        var lines: [AuditLine] = []
        while true {
            if fileNumber > 0 {
                offset = try AuditReader.lines(of: fileNumber, in: folder, from: offset, &splitter) { lines.append($0) }
            }
            guard let next = try folder.fileNumbers().first(where: { $0 > fileNumber }) else { return lines }
            fileNumber = next
            offset = 0
            splitter = AuditLineSplitter(fileNumber: next)
        }
    }
}

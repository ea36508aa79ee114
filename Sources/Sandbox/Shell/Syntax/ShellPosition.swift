/// A stretch of a script, in bytes from its start.
package struct ShellSpan: Sendable, Equatable {
    package var start: Int
    package var end: Int

    package init(_ start: Int, _ end: Int) {
        self.start = start
        self.end = end
    }
}

/// A place in a script: lines and columns count from 1, columns in bytes.
package struct ShellPosition: Sendable, Equatable, CustomStringConvertible {
    package let offset: Int
    package let line: Int
    package let column: Int

    package var description: String { "\(line):\(column)" }
}

/// Where the lines of a script begin, so that a place is found without walking the text again.
package struct ShellLines: Sendable {
    private let starts: [Int]

    package init(_ text: [UInt8]) {
        var starts = [0]
        for (offset, byte) in text.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
        self.starts = starts
    }

    package func position(_ offset: Int) -> ShellPosition {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return ShellPosition(offset: offset, line: low + 1, column: offset - starts[low] + 1)
    }
}

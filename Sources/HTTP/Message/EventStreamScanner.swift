internal import LinuxSystem

/// Finds the events in a `text/event-stream` that passes by, without holding it up: every complete event is shown once, and
/// between two events something may be put in. Lines may end in LF or CR LF.
package struct EventStreamScanner {
    /// A longer event passes unseen. Twice the largest that was ever measured (a picture in a tool's result).
    package static let eventBytesMax = 1 << 20

    private static let keptBytesMax = 64 << 10

    /// The front of an event whose end has not come yet.
    private var pending = ByteBuffer()
    private var lineHasContent = false
    private var eventHasContent = false
    private var isTooLong = false

    /// Nothing of an event has come since the last one ended.
    package private(set) var isAtBoundary = true
    /// Events that were too long to be shown.
    package private(set) var skippedEvents = 0

    package init() {}

    /// Shows `event` each block of lines that ends in these bytes, with the empty line behind it. How the stream is cut into
    /// pieces makes no difference.
    package mutating func scan(_ bytes: UnsafeRawBufferPointer, event: (UnsafeRawBufferPointer) -> Void) {
        var eventStart = 0
        var lineStart = 0
        while let newline = bytes.firstOffset(of: 0x0a, from: lineStart) {
            note(bytes, lineStart, newline)
            lineStart = newline + 1
            if lineHasContent {
                lineHasContent = false
                eventHasContent = true
                continue
            }
            finish(UnsafeRawBufferPointer(rebasing: bytes[eventStart..<lineStart]), event)
            eventStart = lineStart
        }
        note(bytes, lineStart, bytes.count)
        keep(UnsafeRawBufferPointer(rebasing: bytes[eventStart...]))
    }

    /// The beginning of a body is that of an event stream, whatever it was called. False as long as too little is there
    /// to tell, and for JSON, which begins otherwise.
    package static func looksLikeEvents(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var start = bytes.prefix(byteOrderMark.count).elementsEqual(byteOrderMark) ? byteOrderMark.count : 0
        while start < min(bytes.count, emptyLinesBytesMax), bytes[start] == 0x0a || bytes[start] == 0x0d { start += 1 }
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
        // What nearly every answer begins with.
        if rest.first == UInt8(ascii: "{") { return false }
        return [":", "event:", "data:", "id:", "retry:"].contains { ASCII.hasPrefixIgnoringCase(rest, $0) }
    }

    private static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
    private static let emptyLinesBytesMax = 64

    private mutating func note(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int) {
        if lineHasContent { return }
        // Any number of CRs: a piece may end after each, so they cannot be counted.
        var index = start
        while index < end, bytes[index] == 0x0d { index += 1 }
        lineHasContent = index < end
    }

    private mutating func finish(_ tail: UnsafeRawBufferPointer, _ event: (UnsafeRawBufferPointer) -> Void) {
        if eventHasContent, !isTooLong, pending.count + tail.count <= Self.eventBytesMax {
            if pending.isEmpty {
                event(tail)
            } else {
                pending.append(tail)
                event(pending.readable)
            }
        } else if eventHasContent {
            skippedEvents += 1
        }
        isTooLong = false
        eventHasContent = false
        // Kept for the next event that comes in pieces, unless a giant needed it.
        if pending.capacity > Self.keptBytesMax { pending = ByteBuffer() } else { pending.removeAll() }
        isAtBoundary = true
    }

    private mutating func keep(_ rest: UnsafeRawBufferPointer) {
        if rest.isEmpty { return }
        isAtBoundary = false
        if isTooLong { return }
        if pending.count + rest.count > Self.eventBytesMax {
            isTooLong = true
            pending = ByteBuffer()
        } else {
            pending.append(rest)
        }
    }
}

/// The two fields of an event that matter, as slices of its block.
package struct ServerSentEvent {
    /// Empty where there is no `event:` line.
    package let name: UnsafeRawBufferPointer
    /// The first `data:` line; events of model APIs have only one.
    package let data: UnsafeRawBufferPointer

    package init(_ block: UnsafeRawBufferPointer) {
        var name = UnsafeRawBufferPointer(start: nil, count: 0)
        var data = name
        var start = 0
        while start < block.count {
            let end = block.firstOffset(of: 0x0a, from: start) ?? block.count
            let line = UnsafeRawBufferPointer(rebasing: block[start..<end])
            if name.isEmpty, let value = Self.value(line, "event:") { name = value }
            if data.isEmpty, let value = Self.value(line, "data:") { data = value }
            start = end + 1
        }
        self.name = name
        self.data = data
    }

    package func isNamed(_ text: StaticString) -> Bool {
        name.count == text.utf8CodeUnitCount && name.hasPrefix(text)
    }

    private static func value(_ line: UnsafeRawBufferPointer, _ field: StaticString) -> UnsafeRawBufferPointer? {
        let count = field.utf8CodeUnitCount
        guard line.hasPrefix(field) else { return nil }
        let start = line.count > count && line[count] == 0x20 ? count + 1 : count
        let end = line.count > start && line[line.count - 1] == 0x0d ? line.count - 1 : line.count
        return UnsafeRawBufferPointer(rebasing: line[start..<end])
    }
}

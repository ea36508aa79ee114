internal import HTTP
internal import LinuxSystem

/// How an upstream cuts its stream into events. How the bytes are cut on their way makes no difference.
protocol StreamFraming {
    /// Shows `event` the data of each whole event; returns what is wrong with the stream, which nothing can mend.
    mutating func scan(_ bytes: UnsafeRawBufferPointer, event: (UnsafeRawBufferPointer) -> Void) -> String?
}

/// Server-sent events.
struct EventFraming: StreamFraming {
    private var scanner = EventStreamScanner()

    mutating func scan(_ bytes: UnsafeRawBufferPointer, event: (UnsafeRawBufferPointer) -> Void) -> String? {
        scanner.scan(bytes) { block in
            let data = ServerSentEvent(block).data
            if !data.isEmpty { event(data) }
        }
        return scanner.skippedEvents > 0 ? "an event of more than \(EventStreamScanner.eventBytesMax) bytes" : nil
    }
}

/// A line of JSON for each event.
struct LineFraming: StreamFraming {
    static let type = "application/x-ndjson"
    private static let lineBytesMax = 16 << 20

    /// The front of a line whose end has not come yet.
    private var pending = ByteBuffer()

    mutating func scan(_ bytes: UnsafeRawBufferPointer, event: (UnsafeRawBufferPointer) -> Void) -> String? {
        var start = 0
        while let newline = bytes.firstOffset(of: 0x0a, from: start) {
            let line = UnsafeRawBufferPointer(rebasing: bytes[start..<newline])
            if pending.isEmpty {
                if !line.isEmpty { event(line) }
            } else {
                pending.append(line)
                event(pending.readable)
                pending.removeAll()
            }
            start = newline + 1
        }
        pending.append(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        return pending.count > Self.lineBytesMax ? "a line of more than \(Self.lineBytesMax) bytes" : nil
    }
}

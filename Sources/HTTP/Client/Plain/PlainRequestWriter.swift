internal import LinuxSystem

/// Puts a request on a socket: its head and its body, as far as the socket takes them. A body that is there is sent from where
/// it lies; one that is still coming is taken from its source a piece at a time.
final class PlainRequestWriter {
    enum Progress: Equatable {
        case complete
        /// To be called again when the socket takes more.
        case blocked
        /// To be called again when the source has more.
        case waitsForSource
        /// The source ended this many bytes before the announced end.
        case short(Int)
    }

    /// The head, and the pieces of a stream with their framing.
    private let text = ByteBuffer(capacity: 2048)
    private var bytes: ByteBuffer?
    private var source: (any UploadSource)?
    /// Of a stream with an announced length.
    private var remaining: Int?
    /// Counted over `text` and then `bytes`.
    private var sent = 0
    private(set) var isComplete = false
    /// All that was ever sent is still here.
    private(set) var canRepeat = true

    /// What a source is asked for at a time; four hexadecimal digits say its length.
    private static let pieceBytesMax = 60 << 10

    /// False when the target could not be sent as one.
    func begin(_ request: UpstreamRequest, to origin: PlainOrigin) -> Bool {
        release()
        text.removeAll()
        sent = 0
        isComplete = false
        canRepeat = true
        text.append(request.method)
        text.append(" ")
        let targetStart = text.count
        text.append(origin.path)
        // Without the slash the target could go on where the path ends.
        if request.target.utf8.first != 0x2f { text.append("/") }
        text.append(request.target)
        if !ASCII.isTarget(UnsafeRawBufferPointer(rebasing: text.readable[targetStart...])) { return false }
        text.append(" HTTP/1.1\r\n")
        appendFields(request.fields, origin)
        switch request.body {
        case .none:
            // Those that mostly have a body say that they have none.
            if ["POST", "PUT", "PATCH"].contains(request.method) { text.append("Content-Length: 0\r\n") }
        case .bytes(let buffer):
            bytes = buffer
            appendLength(buffer.count)
        case .stream(let source, let count):
            self.source = source
            remaining = count
            if let count { appendLength(count) } else { text.append("Transfer-Encoding: chunked\r\n") }
        }
        text.append("\r\n")
        return true
    }

    private func appendFields(_ fields: HTTPFields, _ origin: PlainOrigin) {
        if !fields.contains("host") {
            text.append("Host: ")
            text.append(origin.host)
            text.append("\r\n")
        }
        var asksForEncoding = false
        fields.write(to: text) { name in
            switch name.count {
            // Where the body ends is said below, once.
            case 14: return !ASCII.isName(name, "content-length")
            case 17: return !ASCII.isName(name, "transfer-encoding")
            case 15:
                if ASCII.isName(name, "accept-encoding") { asksForEncoding = true }
                return true
            default: return true
            }
        }
        // On the same machine or network packing costs more than it saves.
        if !asksForEncoding { text.append("Accept-Encoding: identity\r\n") }
    }

    private func appendLength(_ count: Int) {
        text.append("Content-Length: ")
        text.append(decimal: count)
        text.append("\r\n")
    }

    /// From the beginning again, on another connection. Only when `canRepeat`.
    func rewind() {
        sent = 0
        isComplete = false
    }

    /// Lets go of the body: it is not needed any more.
    func release() {
        bytes = nil
        source = nil
        remaining = nil
    }

    func write(to fd: Int32) throws(SystemError) -> Progress {
        if isComplete { return .complete }
        while true {
            let sourceState = fill()
            if case .short = sourceState { return sourceState }
            let body = bytes?.readable ?? UnsafeRawBufferPointer(start: nil, count: 0)
            let total = text.count + body.count
            if sent < total {
                let first = UnsafeRawBufferPointer(rebasing: text.readable[min(sent, text.count)...])
                let second = UnsafeRawBufferPointer(rebasing: body[max(0, sent - text.count)...])
                let count = try first.isEmpty ? Socket.send(fd, second) : Socket.send(fd, first, second)
                sent += count ?? 0
                if sent < total { return .blocked }
            }
            if sourceState == .complete {
                isComplete = true
                return .complete
            }
            if sourceState == .waitsForSource { return .waitsForSource }
        }
    }

    /// Takes the next piece of a stream, when the ones before it are sent. `complete`: there is nothing more to come;
    /// `blocked`: there may be.
    private func fill() -> Progress {
        guard let source else { return .complete }
        if sent == text.count && sent > 0 {
            text.removeAll()
            sent = 0
            canRepeat = false
        } else if sent > 0 {
            return .blocked
        }
        if remaining == 0 {
            self.source = nil
            return .complete
        }
        return remaining == nil ? fillChunk(source) : fillCounted(source)
    }

    private func fillCounted(_ source: any UploadSource) -> Progress {
        let missing = remaining ?? 0
        let room = text.writable(minimum: min(missing, Self.pieceBytesMax))
        let wanted = UnsafeMutableRawBufferPointer(rebasing: room[..<min(room.count, missing)])
        guard let count = source.read(into: wanted) else { return .waitsForSource }
        if count == 0 { return .short(missing) }
        text.commit(count)
        remaining = missing - count
        return .blocked
    }

    /// The length of a chunk stands in front of it, and always takes four digits.
    private static let chunkHeadBytes = 6

    private func fillChunk(_ source: any UploadSource) -> Progress {
        let room = text.writable(minimum: Self.pieceBytesMax + Self.chunkHeadBytes + 2)
        let piece = UnsafeMutableRawBufferPointer(
            rebasing: room[Self.chunkHeadBytes..<Self.chunkHeadBytes + Self.pieceBytesMax])
        guard let count = source.read(into: piece) else { return .waitsForSource }
        if count == 0 {
            self.source = nil
            text.append("0\r\n\r\n")
            return .complete
        }
        for digit in 0..<4 {
            let value = UInt8(count >> (12 - 4 * digit) & 0xf)
            room[digit] = value < 10 ? 0x30 + value : 0x57 + value
        }
        room[4] = 0x0d
        room[5] = 0x0a
        text.commit(Self.chunkHeadBytes + count)
        text.append("\r\n")
        return .blocked
    }
}

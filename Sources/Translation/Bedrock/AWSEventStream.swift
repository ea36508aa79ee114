internal import JSON

/// Amazon's binary event streams: messages with a length, headers and two checksums. Each becomes one object of JSON:
/// `{"NAME": payload}` for an event, `{"exception": {"type": NAME, "body": payload}}` for what ends the stream.
///
/// However the bytes are cut on their way, the same objects come out. Nothing is waited for, and no memory is taken, that
/// a checksum does not answer for.
package struct AWSEventStream {
    package static let type = "application/vnd.amazon.eventstream"
    /// More than Amazon sends in one message.
    package static let messageBytesMax = 16 << 20
    static let headerBytesMax = 128 << 10
    /// Two lengths and the checksum of these; the checksum of everything.
    private static let preludeBytes = 12
    private static let trailerBytes = 4

    /// The front of a message whose end has not come yet.
    private var pending: [UInt8] = []
    private var text: [UInt8] = []
    private var complaint: String?

    package init() {}

    /// Shows `event` each object; returns what is wrong with the stream, which nothing can mend.
    package mutating func scan(
        _ bytes: UnsafeRawBufferPointer, event: (UnsafeRawBufferPointer) -> Void
    ) -> String? {
        if complaint != nil { return complaint }
        var text: [UInt8] = []
        swap(&text, &self.text)
        let used: Int
        if pending.isEmpty {
            (used, complaint) = Self.consume(bytes, &text, event)
            if complaint == nil { pending.append(contentsOf: bytes[used...]) }
        } else {
            pending.append(contentsOf: bytes)
            (used, complaint) = pending.withUnsafeBytes { Self.consume($0, &text, event) }
            pending.removeFirst(used)
        }
        if complaint != nil { pending = [] }
        swap(&text, &self.text)
        return complaint
    }

    /// Returns how many bytes were whole messages.
    private static func consume(
        _ bytes: UnsafeRawBufferPointer, _ text: inout [UInt8], _ event: (UnsafeRawBufferPointer) -> Void
    ) -> (used: Int, complaint: String?) {
        var place = 0
        while bytes.count - place >= preludeBytes {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[place...])
            let count = Int(number(rest, at: 0))
            let headerCount = Int(number(rest, at: 4))
            guard CRC32.of(UnsafeRawBufferPointer(rebasing: rest[..<8])) == number(rest, at: 8) else {
                return (place, "a message whose front has a wrong checksum: \(shown(rest))")
            }
            guard count >= preludeBytes + trailerBytes, headerCount <= count - preludeBytes - trailerBytes else {
                return (place, "a message whose lengths contradict one another (\(count), \(headerCount))")
            }
            guard count <= messageBytesMax, headerCount <= headerBytesMax else {
                return (
                    place,
                    "a message of \(count) bytes with \(headerCount) of headers; at most \(messageBytesMax) and "
                        + "\(headerBytesMax) are taken"
                )
            }
            guard rest.count >= count else { break }
            let message = UnsafeRawBufferPointer(rebasing: rest[..<count])
            if let complaint = read(message, headerCount, &text) { return (place, complaint) }
            text.withUnsafeBytes(event)
            place += count
        }
        return (place, nil)
    }

    private static func read(_ message: UnsafeRawBufferPointer, _ headerCount: Int, _ text: inout [UInt8]) -> String? {
        let end = message.count - trailerBytes
        guard CRC32.of(UnsafeRawBufferPointer(rebasing: message[..<end])) == number(message, at: end) else {
            return "a message with a wrong checksum: \(shown(message))"
        }
        let payload = UnsafeRawBufferPointer(rebasing: message[(preludeBytes + headerCount)..<end])
        let headerBytes = UnsafeRawBufferPointer(rebasing: message[preludeBytes..<(preludeBytes + headerCount)])
        guard let headers = AWSEventHeaders(headerBytes), let kind = headers.word(.messageType) else {
            return "a message whose headers cannot be read: \(shown(message))"
        }
        text.removeAll(keepingCapacity: true)
        if kind.elementsEqual("event".utf8), let name = headers.word(.eventType) {
            put(name, payload, &text)
        } else if kind.elementsEqual("exception".utf8), let name = headers.word(.exceptionType) {
            put(exception: name, &text) { $0 += payload.isEmpty ? Array("{}".utf8) : Array(payload) }
        } else if kind.elementsEqual("error".utf8), let name = headers.word(.errorCode) {
            put(exception: name, &text) { text in
                var writer = JSONWriter()
                writer.beginObject()
                writer.key("message")
                writer.string(headers[.errorMessage].map { String(decoding: $0, as: UTF8.self) } ?? "")
                writer.endObject()
                text += writer.take()
            }
        } else {
            return "a message that is neither event nor exception: \(shown(message))"
        }
        return nil
    }

    private static func put(_ name: UnsafeRawBufferPointer, _ payload: UnsafeRawBufferPointer, _ text: inout [UInt8]) {
        text += "{\"".utf8
        text.append(contentsOf: name)
        text += "\":".utf8
        if payload.isEmpty { text += "{}".utf8 } else { text.append(contentsOf: payload) }
        text.append(UInt8(ascii: "}"))
    }

    private static func put(
        exception name: UnsafeRawBufferPointer, _ text: inout [UInt8], _ body: (inout [UInt8]) -> Void
    ) {
        text += "{\"exception\":{\"type\":\"".utf8
        text.append(contentsOf: name)
        text += "\",\"body\":".utf8
        body(&text)
        text += "}}".utf8
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, at place: Int) -> UInt32 {
        UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
    }

    /// Mostly binary: what is no letter is a dot.
    private static func shown(_ bytes: UnsafeRawBufferPointer) -> String {
        let letters = bytes.prefix(ShownBytes.bytesMax).map { (0x20..<0x7f).contains($0) ? $0 : UInt8(ascii: ".") }
        return String(decoding: letters, as: UTF8.self)
    }
}

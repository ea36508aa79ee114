/// The first thing that a TLS client says, as far as to the name of the server that it wants (RFC 8446, sections 4.1.2 and
/// 5.1; RFC 6066, section 3). Reads no byte beyond what is there and keeps none.
package enum ClientHello: Equatable, Sendable {
    /// Not worth another look before there are so many bytes in all.
    case needsMore(Int)
    /// Another protocol.
    case notTLS
    case malformed(String)
    /// It is complete; the name as it came, nil when it has none.
    case complete(serverName: String?)

    /// Hybrid keys make hellos of two thousand bytes; nobody needs more than this.
    package static let bytesMax = 32 << 10

    private static let handshakeRecord: UInt8 = 22
    private static let clientHelloMessage: UInt8 = 1
    private static let recordBytesMax = 1 << 14

    package static func read(_ bytes: UnsafeRawBufferPointer) -> ClientHello {
        guard let first = bytes.first else { return .needsMore(1) }
        guard first == handshakeRecord else { return .notTLS }
        var message: [UInt8] = []
        var position = 0
        // A handshake message may be cut over several records.
        while true {
            if position > bytesMax { return .malformed("the TLS ClientHello is larger than \(bytesMax) bytes") }
            guard bytes.count - position >= 5 else { return .needsMore(position + 5) }
            guard bytes[position] == handshakeRecord, bytes[position + 1] == 3 else {
                return .malformed("the TLS ClientHello is cut into records that are none of its own")
            }
            let length = Int(bytes[position + 3]) << 8 | Int(bytes[position + 4])
            guard length > 0, length <= recordBytesMax else {
                return .malformed("a TLS record has an impossible length")
            }
            let end = position + 5 + length
            guard bytes.count >= end else { return .needsMore(end) }
            message += bytes[(position + 5)..<end]
            if message.count >= 4 {
                guard message[0] == clientHelloMessage else {
                    return .malformed("TLS does not begin with a ClientHello")
                }
                let size = Int(message[1]) << 16 | Int(message[2]) << 8 | Int(message[3])
                if size > bytesMax { return .malformed("the TLS ClientHello is larger than \(bytesMax) bytes") }
                if message.count >= 4 + size { return hello(message[4..<(4 + size)]) }
            }
            position = end
        }
    }

    private static func hello(_ body: ArraySlice<UInt8>) -> ClientHello {
        var reader = Reader(rest: body)
        // Version and random number; then session, ciphers and compression, each behind its length.
        guard reader.take(34) != nil, reader.vector(lengthBytes: 1) != nil, reader.vector(lengthBytes: 2) != nil,
            reader.vector(lengthBytes: 1) != nil
        else { return .malformed("the TLS ClientHello ends before its extensions") }
        if reader.rest.isEmpty { return .complete(serverName: nil) }
        guard let block = reader.vector(lengthBytes: 2), reader.rest.isEmpty else {
            return .malformed("the TLS ClientHello has a wrong length of extensions")
        }
        var extensions = Reader(rest: block)
        var name: String?
        while !extensions.rest.isEmpty {
            guard let type = extensions.number(bytes: 2), let content = extensions.vector(lengthBytes: 2) else {
                return .malformed("an extension of the TLS ClientHello is cut off")
            }
            if type != 0 { continue }
            // With two of them, each reader could believe another.
            guard name == nil, let found = serverName(content) else {
                return .malformed("the server name in the TLS ClientHello is not exactly one")
            }
            name = found
        }
        return .complete(serverName: name)
    }

    private static func serverName(_ content: ArraySlice<UInt8>) -> String? {
        var reader = Reader(rest: content)
        guard let list = reader.vector(lengthBytes: 2), reader.rest.isEmpty else { return nil }
        var names = Reader(rest: list)
        guard names.number(bytes: 1) == 0, let name = names.vector(lengthBytes: 2), names.rest.isEmpty, !name.isEmpty
        else { return nil }
        return String(validating: name, as: UTF8.self)
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
            guard rest.count >= count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }

        mutating func number(bytes count: Int) -> Int? { take(count)?.reduce(0) { $0 << 8 | Int($1) } }

        mutating func vector(lengthBytes: Int) -> ArraySlice<UInt8>? {
            guard let count = number(bytes: lengthBytes) else { return nil }
            return take(count)
        }
    }
}

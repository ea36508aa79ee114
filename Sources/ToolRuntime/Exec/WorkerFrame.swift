package import JSON

/// What goes over the socket to a worker and back: two lengths (32 bits, little endian), then JSON, then bytes that are none.
package enum WorkerFrame {
    package static let jsonBytesMax = 8 << 20
    package static let blobBytesMax = 64 << 20
    package static let headBytes = 8

    package static func bytes(_ json: JSONValue, blob: [UInt8] = []) -> [UInt8] {
        let text = json.bytes()
        return length(text.count) + length(blob.count) + text + blob
    }

    private static func length(_ count: Int) -> [UInt8] {
        let value = UInt32(count)
        return (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// nil for lengths that no frame has.
    package static func lengths(_ head: some Collection<UInt8>) -> (json: Int, blob: Int)? {
        let bytes = Array(head)
        guard bytes.count == headBytes else { return nil }
        let numbers = [bytes[0..<4], bytes[4..<8]].map { $0.reversed().reduce(0) { $0 << 8 | Int($1) } }
        guard (1...jsonBytesMax).contains(numbers[0]), numbers[1] <= blobBytesMax else { return nil }
        return (numbers[0], numbers[1])
    }
}

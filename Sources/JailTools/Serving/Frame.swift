package import LinuxSystem

/// A message between the host and a worker: JSON, and bytes that JSON would only make longer. Before them their two
/// lengths, 32 bits each, the least significant byte first.
package enum Frame {
    package static let headerBytes = 8
    package static let jsonBytesMax = 8 << 20
    package static let blobBytesMax = 64 << 20

    package struct Lengths: Equatable, Sendable {
        package let json: Int
        package let blob: Int

        package init(json: Int, blob: Int) {
            self.json = json
            self.blob = blob
        }

        /// Looked at before anything is allocated for them.
        package init(decoding header: UnsafeRawBufferPointer) throws(FrameError) {
            precondition(header.count >= headerBytes)
            json = Int(UInt32(littleEndian: header.loadUnaligned(as: UInt32.self)))
            blob = Int(UInt32(littleEndian: header.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
            if json > jsonBytesMax { throw .tooLong("JSON", bytes: json, limit: jsonBytesMax) }
            if blob > blobBytesMax { throw .tooLong("bytes beside the JSON", bytes: blob, limit: blobBytesMax) }
        }

        package var header: [UInt8] {
            [json, blob].flatMap { length in (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } }
        }
    }
}

/// Why a stream of frames cannot be read on.
package enum FrameError: Error, Equatable, Sendable, CustomStringConvertible {
    case tooLong(String, bytes: Int, limit: Int)
    case cutOff
    case system(SystemError)

    package var description: String {
        switch self {
        case .tooLong(let part, let bytes, let limit): "a frame says \(bytes) bytes of \(part), more than \(limit)"
        case .cutOff: "the stream ended inside of a frame"
        case .system(let error): error.description
        }
    }
}

internal import CZlib
internal import LinuxSystem

/// How the body of an answer is packed.
package enum ContentCoding: Sendable, Equatable {
    case identity
    case gzip
    case deflate
    /// One that was not asked for and is not understood.
    case other(String)
}

/// Unpacks gzip and deflate a piece at a time: `begin` with a piece, then `next` until there is nothing more.
package final class GzipDecoder {
    package struct Broken: Error, Equatable { package let reason: String }

    private let coding: ContentCoding
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: GzipDecoder.outputBytes, alignment: 16)
    private let kept = ByteBuffer()
    private var hasBegun = false
    private var isAtEnd = false
    private var outputWasFull = false

    /// What one call gives at most, whatever a few packed bytes may swell to.
    package static let outputBytes = 32 << 10

    package init(_ coding: ContentCoding) {
        self.coding = coding
        stream.initialize(to: z_stream())
    }

    deinit {
        if hasBegun { inflateEnd(stream) }
        stream.deallocate()
        output.deallocate()
    }

    /// Whether `next` has more to give without another piece.
    package var hasMore: Bool { stream.pointee.avail_in > 0 || outputWasFull }
    /// The packed bytes have ended where they should. True of no bytes at all, too: errors often have no body.
    package var isWhole: Bool { (isAtEnd || !hasBegun) && !hasMore }

    /// `bytes` must stay until `next` has given nil, or until `keep`.
    package func begin(_ bytes: UnsafeRawBufferPointer) {
        stream.pointee.next_in = UnsafeMutableRawPointer(mutating: bytes.baseAddress)?.assumingMemoryBound(
            to: UInt8.self)
        stream.pointee.avail_in = UInt32(bytes.count)
    }

    /// Copies what was not unpacked yet, because somebody wants to use its memory.
    package func keep() {
        let rest = UnsafeRawBufferPointer(start: stream.pointee.next_in, count: Int(stream.pointee.avail_in))
        // It may be in `kept` already.
        if let start = rest.baseAddress, kept.readable.contains(start) {
            kept.consume(kept.count - rest.count)
        } else {
            kept.removeAll()
            kept.append(rest)
        }
        begin(kept.readable)
    }

    /// Valid until the next call; nil when another piece is needed.
    package func next() throws(Broken) -> UnsafeRawBufferPointer? {
        while hasMore {
            if try !start() { return nil }
            stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(output.count)
            let code = inflate(stream, Z_NO_FLUSH)
            switch code {
            case Z_OK, Z_BUF_ERROR: break
            case Z_STREAM_END: isAtEnd = true
            default: throw broken
            }
            outputWasFull = stream.pointee.avail_out == 0 && code != Z_STREAM_END
            let count = output.count - Int(stream.pointee.avail_out)
            if count > 0 { return UnsafeRawBufferPointer(rebasing: output[..<count]) }
        }
        return nil
    }

    /// Gzip may be several members, one behind the other.
    private func start() throws(Broken) -> Bool {
        if !hasBegun {
            if stream.pointee.avail_in == 0 { return false }
            let code = czlib_begin_inflating(stream, windowBits)
            if code != Z_OK { throw Broken(reason: "there is no memory to unpack the answer") }
            hasBegun = true
        } else if isAtEnd {
            if coding != .gzip || inflateReset(stream) != Z_OK {
                throw Broken(reason: "something follows the packed answer")
            }
            isAtEnd = false
        }
        return true
    }

    /// As zlib wants it: 15 is the largest window, 16 more means gzip, and a minus sign a stream without a head. Some servers
    /// mean that by `deflate`, where others send what RFC 9110 says; the first byte tells them apart.
    private var windowBits: Int32 {
        if coding == .gzip { return 15 + 16 }
        let first = stream.pointee.next_in?.pointee ?? 0
        return first & 0x0f == 8 && first >> 4 <= 7 ? 15 : -15
    }

    private var broken: Broken {
        let detail = stream.pointee.msg.map { ": " + String(cString: $0) } ?? ""
        return Broken(reason: "the answer says that it is packed (\(coding)), and cannot be unpacked\(detail)")
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func contains(_ address: UnsafeRawPointer) -> Bool {
        guard let baseAddress else { return false }
        return address >= baseAddress && address < baseAddress + count
    }
}

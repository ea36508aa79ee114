package import LinuxSystem

/// A worker's end of its socket: it waits for one frame after the other.
package final class FrameChannel {
    private let socket: Descriptor
    /// What was read and not yet taken. Behind its content is the room that the JSON parser looks into.
    private var buffer = ByteBuffer(capacity: roomBytes)
    /// Of the frame that was handed out last.
    private var taken = 0
    private var haste = Haste()

    package init(owning socket: consuming Descriptor) { self.socket = socket }

    package struct Arrival {
        /// Valid until the next call. `JSON.paddingBytes` more can be read after it, whatever they are.
        package let json: UnsafeRawBufferPointer
        package let blob: UnsafeRawBufferPointer
    }

    /// The next frame; nil where the other side has closed between two.
    package func next() throws(FrameError) -> Arrival? {
        buffer.consume(taken)
        taken = 0
        // What a large request needed is given back.
        if buffer.isEmpty, buffer.capacity > Self.keptBytes { buffer = ByteBuffer(capacity: Self.roomBytes) }
        guard try fill(to: Frame.headerBytes) else {
            if buffer.isEmpty { return nil }
            throw .cutOff
        }
        let lengths = try Frame.Lengths(decoding: buffer.readable)
        let whole = Frame.headerBytes + lengths.json + lengths.blob
        guard try fill(to: whole) else { throw .cutOff }
        taken = whole
        let bytes = buffer.readable
        let blobStart = Frame.headerBytes + lengths.json
        return Arrival(
            json: UnsafeRawBufferPointer(rebasing: bytes[Frame.headerBytes..<blobStart]),
            blob: UnsafeRawBufferPointer(rebasing: bytes[blobStart..<whole]))
    }

    /// - blobs: one after the other, they are the blob of the frame.
    package func send(json: [UInt8], blobs: [[UInt8]] = []) throws(FrameError) {
        let header = Frame.Lengths(json: json.count, blob: blobs.reduce(0) { $0 + $1.count }).header
        do throws(SystemError) {
            // At once where that is little: each write wakes the host.
            let small = blobs.allSatisfy { $0.count <= Self.pieceBytes }
            try socket.writeAll(small ? blobs.reduce(header + json, +) : header + json)
            if !small { for blob in blobs { try socket.writeAll(blob) } }
        } catch {
            throw .system(error)
        }
    }

    /// False at the end of the stream.
    private func fill(to count: Int) throws(FrameError) -> Bool {
        var isFirst = buffer.isEmpty
        if isFirst { haste.begin(socket.raw) }
        while buffer.count < count {
            // Room grows with what really came, not with what somebody said would come.
            let room = buffer.writable(minimum: min(count - buffer.count, Self.pieceBytes))
            let read: Int?
            do throws(SystemError) {
                read = try socket.read(into: room)
            } catch {
                throw .system(error)
            }
            if isFirst { haste.end() }
            isFirst = false
            guard let read else { throw .system(SystemError(call: "read", code: SystemError.tryAgain)) }
            if read == 0 { return false }
            buffer.commit(read)
        }
        return true
    }

    private static let roomBytes = 16 << 10
    private static let pieceBytes = 256 << 10
    private static let keptBytes = 1 << 20
}

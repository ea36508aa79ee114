internal import CSimdJSON

/// A value that is put together from pieces which are JSON only together, while it is written: what is known to be
/// needed for all of them was looked for once, so that a piece is a copy and nothing else.
package struct JSONPieces: ~Copyable {
    @usableFromInline var next: UnsafeMutablePointer<UInt8>
    @usableFromInline let end: UnsafeMutablePointer<UInt8>

    init(_ room: UnsafeMutableBufferPointer<UInt8>) {
        next = room.baseAddress!
        end = next + room.count
    }

    /// What stands in the program.
    @inlinable @inline(__always)
    package mutating func put(_ text: StaticString) { put(text.utf8Start, text.utf8CodeUnitCount) }

    /// A value as it was written.
    @inlinable @inline(__always)
    package mutating func put(_ element: JSONElement) {
        let source = element.sourceBytes
        guard let start = source.baseAddress else { return }
        put(start.assumingMemoryBound(to: UInt8.self), source.count)
    }

    /// A value as the text of a string, without the quotes. It takes twice its length, and `escapeRoom`.
    package mutating func putText(of element: JSONElement) {
        let source = element.sourceBytes
        guard let start = source.baseAddress else { return }
        let progress = csimdjson_escape(
            start.assumingMemoryBound(to: UInt8.self), source.count, next, end - next)
        precondition(progress.read == source.count, "a JSON value has more pieces than room was made for")
        next += progress.written
    }

    package static let escapeRoom = Int(CSIMDJSON_ESCAPE_ROOM)

    @inlinable @inline(__always)
    mutating func put(_ start: UnsafePointer<UInt8>, _ count: Int) {
        precondition(count <= end - next, "a JSON value has more pieces than room was made for")
        next.update(from: start, count: count)
        next += count
    }
}

extension JSONWriter {
    /// A whole value from pieces that are JSON together, and take up to `room` bytes: one step in place of many. The caller answers for it
    /// that they are.
    package mutating func compose(room: Int, _ pieces: (inout JSONPieces) -> Void) {
        beforeComposed()
        append(room: room) { buffer in
            var value = JSONPieces(buffer)
            pieces(&value)
            return value.next - buffer.baseAddress!
        }
    }
}

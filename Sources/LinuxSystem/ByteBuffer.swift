internal import CLinux

/// Bytes on their way from one descriptor to another, in memory that is never moved while somebody reads it.
///
/// A class, because a buffer is handed on and not copied. It belongs to one event loop at a time, and whoever passes it to
/// another gives it away: that is what `@unchecked Sendable` promises here.
package final class ByteBuffer: @unchecked Sendable {
    /// Bytes that stay readable behind the content: simdjson loads whole vectors past the end of its input.
    package static let paddingBytes = 64

    /// Whose memory this is, where it is not our own: it is read and never written.
    private var array: [UInt8]?
    private var base: UnsafeMutableRawPointer
    private var room: Int
    private var start = 0
    private var end = 0

    package init(capacity: Int = 0) {
        room = max(capacity, 512)
        base = malloc(room + Self.paddingBytes)!
        // The padding is read, never looked at; it must be initialised all the same.
        memset(base + room, 0, Self.paddingBytes)
    }

    /// What somebody has written, in the memory that it was written into, where that has room for the padding.
    package convenience init(holding bytes: [UInt8]) {
        self.init()
        guard bytes.capacity - bytes.count >= Self.paddingBytes else {
            append(bytes)
            return
        }
        free(base)
        // An array that is kept and not written stays where it is.
        array = bytes
        base = bytes.withUnsafeBytes { UnsafeMutableRawPointer(mutating: $0.baseAddress!) }
        room = bytes.count
        end = bytes.count
    }

    deinit { if array == nil { free(base) } }

    /// Nobody will look at it again: gives the memory back while others still hold the buffer.
    package func letGo() {
        if array == nil { free(base) }
        array = nil
        room = 512
        base = malloc(room + Self.paddingBytes)!
        memset(base + room, 0, Self.paddingBytes)
        removeAll()
    }

    package var count: Int { end - start }
    package var isEmpty: Bool { start == end }
    package var capacity: Int { room }

    /// Valid until the next call that adds or removes bytes.
    package var readable: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base + start, count: end - start) }

    /// At least `minimum` bytes to write into; `commit` says how many were used.
    package func writable(minimum: Int) -> UnsafeMutableRawBufferPointer {
        reserve(minimum)
        return UnsafeMutableRawBufferPointer(start: base + end, count: room - end)
    }

    package func commit(_ count: Int) {
        precondition(count >= 0 && count <= room - end)
        end += count
    }

    package func consume(_ count: Int) {
        precondition(count >= 0 && count <= end - start)
        start += count
        if start == end {
            start = 0
            end = 0
        }
    }

    package func removeAll() {
        start = 0
        end = 0
    }

    package func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        reserve(bytes.count)
        memcpy(base + end, source, bytes.count)
        end += bytes.count
    }

    package func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }
    package func append(_ byte: UInt8) {
        reserve(1)
        base.storeBytes(of: byte, toByteOffset: end, as: UInt8.self)
        end += 1
    }
    package func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
    package func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }
    package func append(decimal value: Int) {
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &digits) { scratch in
            var position = scratch.count
            var rest = value.magnitude
            repeat {
                position -= 1
                scratch[position] = UInt8(0x30 + rest % 10)
                rest /= 10
            } while rest > 0
            if value < 0 {
                position -= 1
                scratch[position] = 0x2d
            }
            append(UnsafeRawBufferPointer(rebasing: scratch[position...]))
        }
    }

    /// Puts `bytes` where `range` (counted from the first readable byte) was.
    package func replace(_ range: Range<Int>, with bytes: UnsafeRawBufferPointer) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        let growth = bytes.count - range.count
        if growth > 0 || array != nil { reserve(max(growth, 0)) }
        let tail = base + start + range.upperBound
        memmove(tail + growth, tail, count - range.upperBound)
        if let source = bytes.baseAddress { memcpy(base + start + range.lowerBound, source, bytes.count) }
        end += growth
    }

    package func reserve(_ minimum: Int) {
        if array == nil, room - end >= minimum { return }
        if array == nil, start > 0, room - count >= minimum, start >= count {
            // Half or more was consumed: move what is left to the front rather than grow.
            memcpy(base, base + start, count)
        } else {
            let needed = count + minimum
            let larger = max(needed, room < 1 << 20 ? room * 2 : room + room / 2)
            let fresh = malloc(larger + Self.paddingBytes)!
            memcpy(fresh, base + start, count)
            memset(fresh + larger, 0, Self.paddingBytes)
            if array == nil { free(base) }
            array = nil
            base = fresh
            room = larger
        }
        end -= start
        start = 0
    }
}

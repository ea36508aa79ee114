internal import CLinux

extension String {
    /// Its UTF-8, in one piece: a loop over `utf8` costs ten times one over memory.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var text = self
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }

    package func firstOffset(of byte: UInt8) -> Int? { withBytes { $0.firstOffset(of: byte) } }
}

extension UnsafeRawBufferPointer {
    /// Where `byte` stands first, from `start` on. The C library looks at whole vectors.
    package func firstOffset(of byte: UInt8, from start: Int = 0) -> Int? {
        guard start < count, let base = baseAddress else { return nil }
        guard let found = memchr(base + start, Int32(byte), count - start) else { return nil }
        return base.distance(to: UnsafeRawPointer(found))
    }

    /// Where the text stands first, from `start` on.
    package func firstOffset(of text: StaticString, from start: Int = 0) -> Int? {
        var place = start
        while let found = firstOffset(of: text.utf8Start[0], from: place), count - found >= text.utf8CodeUnitCount {
            if UnsafeRawBufferPointer(rebasing: self[found...]).hasPrefix(text) { return found }
            place = found + 1
        }
        return nil
    }

    /// Whether the text stands anywhere. The C library does it at the speed of memory.
    package func contains(_ text: String) -> Bool {
        text.withBytes { clinux_contains(baseAddress, count, $0.baseAddress, $0.count) != 0 }
    }

    package func hasSameBytes(as other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let base = baseAddress, let otherBase = other.baseAddress else { return count == 0 }
        return memcmp(base, otherBase, count) == 0
    }

    package func hasPrefix(_ text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount, let base = baseAddress else { return false }
        return memcmp(base, text.utf8Start, text.utf8CodeUnitCount) == 0
    }
}

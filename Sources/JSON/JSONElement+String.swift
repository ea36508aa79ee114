internal import CSimdJSON

extension JSONElement {
    package var isString: Bool {
        let kind = csimdjson_kind(entry.kind)
        return kind == CSIMDJSON_STRING || kind == CSIMDJSON_ESCAPED_STRING
    }

    /// What the string stands for; nil for other kinds. A surrogate without its other half, which UTF-8 cannot hold,
    /// becomes U+FFFD.
    package var string: String? {
        let entry = entry
        switch csimdjson_kind(entry.kind) {
        case CSIMDJSON_STRING: return String(decoding: content(entry), as: UTF8.self)
        case CSIMDJSON_ESCAPED_STRING:
            let content = content(entry)
            return String(unsafeUninitializedCapacity: content.count) { buffer in
                csimdjson_unescape(content.baseAddress, content.count, buffer.baseAddress)
            }
        default: return nil
        }
    }

    /// The string's UTF-8 for the time of the call: bytes of the text itself where it has no escapes. Nil, without a
    /// call, for other kinds.
    package func withUTF8<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        let entry = entry
        switch csimdjson_kind(entry.kind) {
        case CSIMDJSON_STRING: return try body(content(entry))
        case CSIMDJSON_ESCAPED_STRING:
            let content = content(entry)
            let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: content.count)
            defer { copy.deallocate() }
            let count = csimdjson_unescape(content.baseAddress, content.count, copy.baseAddress)
            return try body(UnsafeBufferPointer(rebasing: copy[..<count]))
        default: return nil
        }
    }

    /// Appends what the string stands for, which allocates nothing where `output` has room; false, without a change, for
    /// other kinds.
    @discardableResult
    package func appendUTF8(to output: inout [UInt8]) -> Bool {
        let entry = entry
        switch csimdjson_kind(entry.kind) {
        case CSIMDJSON_STRING: output.append(contentsOf: content(entry))
        case CSIMDJSON_ESCAPED_STRING:
            let content = content(entry)
            output.append(addingCapacity: content.count) { output in
                output.withUnsafeMutableBufferPointer { buffer, written in
                    written = csimdjson_unescape(content.baseAddress, content.count, buffer.baseAddress)
                }
            }
        default: return false
        }
        return true
    }

    /// The string's bytes in the text where it has no escapes; nil for strings that have some, and for other kinds.
    package var plainUTF8: UnsafeBufferPointer<UInt8>? {
        let entry = entry
        return csimdjson_kind(entry.kind) == CSIMDJSON_STRING ? content(entry) : nil
    }

    /// Whether this is a string of exactly these bytes of UTF-8 (not: of the same characters in another normal form).
    @_disfavoredOverload
    package func equals(_ other: String) -> Bool {
        var other = other
        return other.withUTF8 { equals($0) }
    }

    /// The same for one that stands in the program, which is where it lies already.
    package func equals(_ other: StaticString) -> Bool {
        equals(UnsafeBufferPointer(start: other.utf8Start, count: other.utf8CodeUnitCount))
    }

    @inline(__always)
    private func equals(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
        let entry = entry
        let content = content(entry)
        switch csimdjson_kind(entry.kind) {
        case CSIMDJSON_STRING:
            guard content.count == other.count else { return false }
            return csimdjson_equal_bytes(content.baseAddress, other.baseAddress, other.count)
        case CSIMDJSON_ESCAPED_STRING:
            return csimdjson_unescaped_equals(content.baseAddress, content.count, other.baseAddress, other.count)
        default: return false
        }
    }

    /// Whether both are strings of the same bytes of UTF-8.
    package func isSameString(as other: JSONElement) -> Bool {
        if let plain = other.plainUTF8 { return equals(plain) }
        return withUTF8 { own in other.withUTF8 { own.elementsEqual($0) } ?? false } ?? false
    }

    /// Whether this is a string of white space, or of nothing; nil for other kinds. Mostly the first letter says it.
    package var isBlank: Bool? {
        let entry = entry
        var rest = content(entry)[...]
        switch csimdjson_kind(entry.kind) {
        case CSIMDJSON_STRING: return rest.allSatisfy { $0 == 0x20 }
        case CSIMDJSON_ESCAPED_STRING:
            while let byte = rest.first {
                if byte == 0x20 {
                    rest = rest.dropFirst()
                    continue
                }
                guard byte == UInt8(ascii: "\\") else { return false }
                switch rest[rest.startIndex + 1] {
                case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"): rest = rest.dropFirst(2)
                case UInt8(ascii: "u"):
                    return withUTF8 { $0.allSatisfy { $0 == 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 } }
                default: return false
                }
            }
            return true
        default: return nil
        }
    }

    /// What is between the quotes.
    private func content(_ entry: csimdjson_entry) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: document.pointee.text + Int(entry.offset) + 1, count: max(Int(entry.length) - 2, 0))
    }
}

internal import CSimdJSON

extension JSONElement {
    /// The number as it was written; nil for other kinds.
    package var numberText: String? { kind == .number ? sourceText : nil }

    /// The number if it is a whole one that fits, however it was written (`2`, `2.0`, `2e0`); nil for other numbers
    /// and kinds. Never rounded.
    package var int: Int? {
        let entry = entry
        switch csimdjson_kind(entry.kind) {
        case CSIMDJSON_INTEGER: return Self.integer(UnsafeRawBufferPointer(sourceBytes))
        case CSIMDJSON_DECIMAL: return JSONNumber(validated: sourceText).int
        default: return nil
        }
    }

    /// The nearest double; nil for numbers beyond the largest one, and for other kinds.
    package var double: Double? {
        let entry = entry
        switch csimdjson_kind(entry.kind) {
        case CSIMDJSON_INTEGER, CSIMDJSON_DECIMAL: return JSON.double(sourceBytes)
        default: return nil
        }
    }

    /// The exact number; nil for other kinds.
    package var number: JSONNumber? { numberText.map { JSONNumber(validated: $0) } }

    /// An optional minus and digits, as an Int if it fits.
    static func integer(_ text: UnsafeRawBufferPointer) -> Int? {
        let isNegative = text.first == UInt8(ascii: "-")
        var value = 0
        for byte in text.dropFirst(isNegative ? 1 : 0) {
            let digit = Int(byte &- UInt8(ascii: "0"))
            // Built on the negative side, which reaches one further.
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (difference, underflow) = product.subtractingReportingOverflow(digit)
            if overflow || underflow { return nil }
            value = difference
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }
}

extension JSON {
    /// The double nearest to a text that is a JSON number; nil if it is beyond the largest one.
    static func double(_ text: UnsafeRawBufferPointer) -> Double? {
        var value = 0.0
        if csimdjson_double(text.baseAddress, text.count, &value) { return value }
        // Too large or too small: the standard library tells which, by infinity or by zero.
        guard let extreme = Double(String(decoding: text, as: UTF8.self)), extreme.isFinite else { return nil }
        return extreme
    }
}

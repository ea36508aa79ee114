internal import CSimdJSON

/// A number with its exact value: the text it was written with. Equal numbers are equal however they are written.
package struct JSONNumber: Sendable, CustomStringConvertible {
    package let text: String

    /// Nil if the text is not a number by JSON's grammar.
    package init?(_ text: String) {
        var copy = text
        var isInteger = false
        let length = copy.withUTF8 { csimdjson_number_length($0.baseAddress, $0.count, &isInteger) }
        guard length > 0, length == text.utf8.count else { return nil }
        self.text = text
    }

    package init(_ value: some BinaryInteger) {
        text = String(value)
    }

    /// The shortest text that reads as the same double; nil for infinities and NaN, which JSON does not have.
    package init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = value.description
    }

    /// For texts that the parser has checked.
    init(validated text: String) {
        self.text = text
    }

    package var description: String { text }

    /// The number if it is a whole one that fits. Never rounded.
    package var int: Int? {
        guard let decimal = Decimal(text) else { return nil }
        return decimal.int
    }

    /// The nearest double; nil for numbers beyond the largest one.
    package var double: Double? {
        var copy = text
        return copy.withUTF8 { JSON.double(UnsafeRawBufferPointer($0)) }
    }
}

extension JSONNumber: Equatable {
    package static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        if left.text == right.text { return true }
        guard let leftDecimal = Decimal(left.text), let rightDecimal = Decimal(right.text) else { return false }
        return leftDecimal == rightDecimal
    }
}

extension JSONNumber: Hashable {
    package func hash(into hasher: inout Hasher) {
        if let decimal = Decimal(text) { hasher.combine(decimal) } else { hasher.combine(text) }
    }
}

extension JSONNumber {
    /// The one way to write a value: ± digits × 10^exponent, the digits without zeros at either end.
    struct Decimal: Hashable {
        let isNegative: Bool
        let digits: [UInt8]
        let exponent: Int

        /// An exponent of more digits than this names no value that two texts would spell differently in practice;
        /// such numbers are compared as texts.
        static let exponentDigitsMax = 17

        init?(_ text: String) {
            var digits: [UInt8] = []
            var exponent = 0
            var isFraction = false
            var rest = Substring(text).utf8
            let isNegative = rest.first == UInt8(ascii: "-")
            if isNegative { rest.removeFirst() }
            while let byte = rest.popFirst() {
                switch byte {
                case UInt8(ascii: "."): isFraction = true
                case UInt8(ascii: "e"), UInt8(ascii: "E"):
                    guard rest.count <= Self.exponentDigitsMax, let written = Int(Substring(rest)) else { return nil }
                    exponent += written
                    rest = rest[rest.endIndex...]
                default:
                    digits.append(byte &- UInt8(ascii: "0"))
                    if isFraction { exponent -= 1 }
                }
            }
            while digits.last == 0 {
                digits.removeLast()
                exponent += 1
            }
            self.digits = Array(digits.drop { $0 == 0 })
            // Zero is zero whatever its sign and exponent.
            self.isNegative = isNegative && !digits.isEmpty
            self.exponent = digits.isEmpty ? 0 : exponent
        }

        var int: Int? {
            // 19 digits are the most that an Int has.
            guard exponent >= 0, digits.count + exponent <= 19 else { return nil }
            let text =
                (isNegative ? [UInt8(ascii: "-")] : []) + digits.map { $0 + UInt8(ascii: "0") }
                + [UInt8](repeating: UInt8(ascii: "0"), count: exponent)
            return text.withUnsafeBytes(JSONElement.integer)
        }
    }
}

/// Numbers little-endian, everything of variable length behind its count.
package struct WireWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func number<Number: FixedWidthInteger>(_ value: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> Number(shift)))
        }
    }

    package mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

    package mutating func blob(_ value: [UInt8]) {
        number(UInt32(value.count))
        bytes += value
    }

    package mutating func text(_ value: String) { blob(Array(value.utf8)) }

    package mutating func list<Element>(
        _ values: some Collection<Element>, _ write: (inout WireWriter, Element) -> Void
    ) {
        number(UInt32(values.count))
        for value in values { write(&self, value) }
    }

    /// A number that may be missing.
    package mutating func optional(_ value: UInt64?) {
        flag(value != nil)
        if let value { number(value) }
    }
}

package import LinuxSystem

/// Sizes in bytes: `33554432`, `64MiB`, `32 MB`.
package enum ByteCount {
    package static let form = "write a size such as 65536, 64KiB, 32MiB or 1GB"

    private static let units: [(name: String, bytes: Int)] = [
        ("B", 1), ("kB", 1_000), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000),
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30),
    ]

    package static func parse(_ text: String) throws(ValueError) -> Int {
        let (number, unit) = try Quantity.split(text, form: form)
        if unit.isEmpty { return number }
        guard let factor = units.first(where: { $0.name == unit })?.bytes else {
            throw ValueError("has no unit of size that is known here; \(form)")
        }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { throw ValueError("is too large") }
        return bytes
    }

    /// The shortest exact form: `32MiB`, `1500`.
    package static func describe(_ bytes: Int) -> String {
        for (name, factor) in units.reversed() where factor.nonzeroBitCount == 1 && factor > 1 {
            if bytes > 0, bytes % factor == 0 { return "\(bytes / factor)\(name)" }
        }
        return String(bytes)
    }
}

extension TimeSpan {
    package static let form = "write a time such as 250ms, 30s, 5m or 1h"

    private static let units: [(name: String, nanoseconds: UInt64)] = [
        ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ]

    package static func parse(_ text: String) throws(ValueError) -> TimeSpan {
        let (number, unit) = try Quantity.split(text, form: form)
        guard !unit.isEmpty else { throw ValueError("has no unit; \(form)") }
        guard let factor = units.first(where: { $0.name == unit })?.nanoseconds else {
            throw ValueError("has no unit of time that is known here; \(form)")
        }
        let (nanoseconds, overflow) = UInt64(number).multipliedReportingOverflow(by: factor)
        guard !overflow else { throw ValueError("is too long") }
        return TimeSpan(nanoseconds: nanoseconds)
    }
}

/// A whole number and the unit behind it.
private enum Quantity {
    package static func split(_ text: String, form: String) throws(ValueError) -> (number: Int, unit: String) {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard !digits.isEmpty else { throw ValueError("does not begin with a number; \(form)") }
        let unit = String(text[digits.endIndex...].drop { $0 == " " })
        guard unit.allSatisfy({ $0.isASCII && $0.isLetter }) else { throw ValueError("is no whole number; \(form)") }
        guard let number = Int(digits) else { throw ValueError("is too large") }
        return (number, unit)
    }
}

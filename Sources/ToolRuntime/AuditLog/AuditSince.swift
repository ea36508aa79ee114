internal import LinuxSystem
internal import YAML

/// From when on records are wanted: a moment, or so long ago.
package struct AuditSince: Sendable, Equatable {
    package static let form =
        "write a date (2026-11-21), a moment in UTC (2026-11-21T09:30:00Z) or a time ago (90m, 24h)"

    /// The beginning of a time stamp. They have one form and one zone, so that their texts compare as their times do.
    private let bound: String

    package init?(_ text: String, now: UInt64 = WallClock.nanosecondsSince1970()) {
        if let span = try? TimeSpan.parse(text) {
            bound = CivilTime(nanosecondsSince1970: now > span.nanoseconds ? now - span.nanoseconds : 0).timestamp
            return
        }
        let stamp = text.hasSuffix("Z") ? String(text.dropLast()) : text
        let isMoment = stamp.utf8.count > Self.dateForm.utf8.count
        guard stamp.utf8.count == Self.dateForm.utf8.count || isMoment && text.hasSuffix("Z"),
            Self.momentForm.utf8.count >= stamp.utf8.count, stamp.utf8.last.map({ (0x30...0x39).contains($0) }) == true,
            zip(stamp.utf8, Self.momentForm.utf8).allSatisfy({ given, wanted in
                wanted == UInt8(ascii: "0") ? (0x30...0x39).contains(given) : given == wanted
            })
        else { return nil }
        guard Self.exists(stamp) else { return nil }
        bound = stamp
    }

    /// No thirteenth month, and no thirtieth of February.
    private static func exists(_ stamp: String) -> Bool {
        let numbers = stamp.split { !$0.isNumber }.compactMap { Int($0) }
        guard numbers.count >= 3, (1...12).contains(numbers[1]) else { return false }
        let (year, month, day) = (numbers[0], numbers[1], numbers[2])
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        // 60: a leap second.
        return (1...days).contains(day) && zip(numbers.dropFirst(3), [23, 59, 60]).allSatisfy { $0 <= $1 }
    }

    private static let dateForm = "0000-00-00"
    private static let momentForm = "0000-00-00T00:00:00.000"

    package func includes(_ time: String) -> Bool { time >= bound }
}

/// A wall-clock time as people and protocols write it. UTC only.
package struct CivilTime: Sendable, Equatable {
    package let year: Int
    package let month: Int
    package let day: Int
    package let hour: Int
    package let minute: Int
    package let second: Int
    package let millisecond: Int
    /// 0 is Sunday.
    package let weekday: Int

    package init(nanosecondsSince1970: UInt64) {
        let seconds = Int(nanosecondsSince1970 / 1_000_000_000)
        millisecond = Int(nanosecondsSince1970 / 1_000_000 % 1000)
        let days = seconds / 86_400
        let rest = seconds % 86_400
        hour = rest / 3600
        minute = rest / 60 % 60
        second = rest % 60
        weekday = (days + 4) % 7
        // Counting in years that begin in March puts the leap day last, so the lengths of months follow one formula.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    package static func now() -> CivilTime { CivilTime(nanosecondsSince1970: WallClock.nanosecondsSince1970()) }

    /// RFC 3339: `2026-11-21T09:30:00.123Z`.
    package var timestamp: String {
        "\(pad(year, 4))-\(pad(month))-\(pad(day))T\(timeOfDay).\(pad(millisecond, 3))Z"
    }

    package var timeOfDay: String { "\(pad(hour)):\(pad(minute)):\(pad(second))" }

    /// RFC 9110's form for the `Date` field.
    package var httpDate: String {
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(days[weekday]), \(pad(day)) \(months[month - 1]) \(pad(year, 4)) \(timeOfDay) GMT"
    }

    private func pad(_ value: Int, _ width: Int = 2) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

import LinuxSystem
import TestSupport
import Testing

@Suite struct TimeTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777, "1994-11-06T08:49:37.000Z", "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "2000-02-29T00:00:00.000Z", "Tue, 29 Feb 2000 00:00:00 GMT"),
            (951_868_799, "2000-02-29T23:59:59.000Z", "Tue, 29 Feb 2000 23:59:59 GMT"),
            (1_709_164_800, "2024-02-29T00:00:00.000Z", "Thu, 29 Feb 2024 00:00:00 GMT"),
            (1_735_689_599, "2024-12-31T23:59:59.000Z", "Tue, 31 Dec 2024 23:59:59 GMT"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z", "Mon, 01 Mar 2100 00:00:00 GMT"),
        ] as [(UInt64, String, String)])
    func knownMoments(seconds: UInt64, timestamp: String, httpDate: String) {
        let time = CivilTime(nanosecondsSince1970: seconds * 1_000_000_000)
        #expect(time.timestamp == timestamp)
        #expect(time.httpDate == httpDate)
    }

    @Test func millisecondsAreCutNotRounded() {
        let time = CivilTime(nanosecondsSince1970: 1_999_999_999)
        #expect(time.timestamp == "1970-01-01T00:00:01.999Z")
    }

    /// Counts the days one by one, the way a calendar on the wall does.
    @Test func everyDayUntil2200() {
        var (year, month, day, weekday) = (1970, 1, 1, 4)
        var wrong = 0
        for count in UInt64(0)..<84_006 {
            let time = CivilTime(nanosecondsSince1970: (count * 86_400 + count % 86_400) * 1_000_000_000)
            if time.year != year || time.month != month || time.day != day || time.weekday != weekday { wrong += 1 }
            let rest = Int(count % 86_400)
            if time.hour != rest / 3600 || time.minute != rest % 3600 / 60 || time.second != rest % 60 { wrong += 1 }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
            weekday = (weekday + 1) % 7
            day += 1
            if day > length { (day, month) = (1, month + 1) }
            if month > 12 { (month, year) = (1, year + 1) }
        }
        #expect(wrong == 0)
        #expect(year == 2200)
    }

    @Test func instantsNeitherOverflowNorGoBelowZero() {
        let late = Instant(nanoseconds: .max - 5)
        #expect(late + .seconds(1) == .distantFuture)
        #expect(Instant(nanoseconds: 3) - late == .zero)
        #expect(Instant(nanoseconds: 30) - Instant(nanoseconds: 10) == TimeSpan(nanoseconds: 20))
    }

    @Test(arguments: [(90_000_000_000, "90s"), (250_000_000, "250ms"), (15_000, "15us"), (7, "7ns"), (0, "0s")])
    func spansAreWrittenInTheirShortestForm(nanoseconds: UInt64, text: String) {
        #expect(TimeSpan(nanoseconds: nanoseconds).description == text)
    }

    @Test func theMonotonicClockDoesNotGoBack() {
        let clock = MonotonicClock()
        var last = clock.now()
        for _ in 0..<1000 {
            let now = clock.now()
            #expect(now >= last)
            last = now
        }
    }
}

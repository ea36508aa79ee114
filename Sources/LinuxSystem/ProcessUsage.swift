internal import CLinux

/// What this process uses, as /proc tells it.
package struct ProcessUsage: Sendable {
    package let residentBytes: Int
    package let openDescriptors: Int
    package let processorSeconds: Double
    package let startedSecondsSince1970: Double

    package init() {
        let statm = (try? File.readText("/proc/self/statm")) ?? ""
        let pages = statm.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        residentBytes = pages * Int(sysconf(Int32(_SC_PAGESIZE)))
        openDescriptors = (try? Directory.entries("/proc/self/fd").count) ?? 0
        // The program's name stands in parentheses and may hold anything, so counting begins behind them.
        let stat = (try? File.readText("/proc/self/stat")) ?? ""
        let fields = stat.lastIndex(of: ")").map { stat[stat.index(after: $0)...].split(separator: " ") } ?? []
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        func field(_ number: Int) -> Double { number - 3 < fields.count ? Double(fields[number - 3]) ?? 0 : 0 }
        processorSeconds = (field(14) + field(15)) / ticks
        let boot =
            ((try? File.readText("/proc/stat")) ?? "").split(separator: "\n")
            .first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) } ?? 0
        startedSecondsSince1970 = boot + field(22) / ticks
    }
}

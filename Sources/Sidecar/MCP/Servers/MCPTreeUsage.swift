internal import LinuxSystem

/// What the processes beneath one use together.
struct MCPTreeUsage: Equatable {
    private(set) var residentBytes = 0
    /// Of those that live.
    private(set) var processorMilliseconds = 0

    /// A tree of more has gone wrong in a way that other limits end.
    private static let processesMax = 4096
    /// What programs see of the kernel's clock has this unit on every Linux.
    private static let ticksPerSecond = 100

    init(beneath root: Int32) {
        var waiting = Self.children(of: root)
        var seen = 0
        while let pid = waiting.popLast(), seen < Self.processesMax {
            seen += 1
            add(pid)
            waiting += Self.children(of: pid)
        }
    }

    private static func children(of pid: Int32) -> [Int32] {
        let tasks = (try? Directory.entries("/proc/\(pid)/task")) ?? []
        return tasks.flatMap { task in
            ((try? File.readText("/proc/\(pid)/task/\(task)/children")) ?? "").split(separator: " ").compactMap {
                Int32($0)
            }
        }
    }

    private mutating func add(_ pid: Int32) {
        let status = (try? File.readText("/proc/\(pid)/status")) ?? ""
        for line in status.split(separator: "\n") where line.hasPrefix("VmRSS:") {
            let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap {
                Int($0)
            }
            residentBytes += (kilobytes ?? 0) << 10
        }
        // The program's name stands in parentheses and may hold anything.
        let stat = (try? File.readText("/proc/\(pid)/stat")) ?? ""
        guard let end = stat.lastIndex(of: ")") else { return }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else { return }
        processorMilliseconds += (user + system) * 1000 / Self.ticksPerSecond
    }
}

import Confinement
import LinuxSystem

/// What a jail and its host hold, to be compared.
struct Holdings {
    let processes: Int
    let mounts: Int
    let zygoteDescriptors: Int
    let zygoteKilobytes: Int
    let hostDescriptors: Int
    let hostKilobytes: Int

    init(_ zygote: Zygote) {
        // The first process of the jail is the child of the one that was started.
        let inside = Self.children(of: zygote.pid).first ?? zygote.pid
        processes = Self.count(beneath: zygote.pid)
        mounts = (try? File.readText("/proc/\(inside)/mountinfo"))?.split(separator: "\n").count ?? -1
        zygoteDescriptors = (try? Directory.entries("/proc/\(inside)/fd").count) ?? -1
        zygoteKilobytes = Self.resident(inside)
        hostDescriptors = ProcessUsage().openDescriptors
        hostKilobytes = ProcessUsage().residentBytes >> 10
    }

    private static func children(of pid: Int32) -> [Int32] {
        ((try? File.readText("/proc/\(pid)/task/\(pid)/children")) ?? "").split(separator: " ").compactMap { Int32($0) }
    }

    private static func count(beneath pid: Int32) -> Int {
        children(of: pid).reduce(0) { $0 + 1 + count(beneath: $1) }
    }

    private static func resident(_ pid: Int32) -> Int {
        let lines = ((try? File.readText("/proc/\(pid)/status")) ?? "").split(separator: "\n")
        let words = lines.first { $0.hasPrefix("VmRSS:") }?.split(separator: " ") ?? []
        return words.count > 1 ? Int(words[1]) ?? -1 : -1
    }

    /// By name: before, after.
    static func compare(_ before: Holdings, _ after: Holdings) -> [(name: String, before: Int, after: Int)] {
        [
            ("processes", before.processes, after.processes), ("mounts", before.mounts, after.mounts),
            ("zygote descriptors", before.zygoteDescriptors, after.zygoteDescriptors),
            ("zygote KiB", before.zygoteKilobytes, after.zygoteKilobytes),
            ("host descriptors", before.hostDescriptors, after.hostDescriptors),
            ("host KiB", before.hostKilobytes, after.hostKilobytes),
        ]
    }
}

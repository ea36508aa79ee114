internal import CLinux

/// Facts about this process and the machine under it.
package enum ProcessInfo {
    package static var pid: Int32 { getpid() }
    package static var uid: UInt32 { getuid() }
    package static var gid: UInt32 { getgid() }

    package static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    package static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    package static var environment: [String: String] {
        var result: [String: String] = [:]
        guard var entry = clinux_environment() else { return result }
        while let text = entry.pointee {
            let pair = String(cString: text)
            if let cut = pair.firstIndex(of: "=") {
                result[String(pair[..<cut])] = String(pair[pair.index(after: cut)...])
            }
            entry += 1
        }
        return result
    }

    /// Whether a process was stopped by a signal, as Ctrl-Z does. See proc_pid_stat(5).
    package static func isStopped(_ pid: Int32) -> Bool {
        guard let text = try? File.readText("/proc/\(pid)/stat"), let name = text.lastIndex(of: ")") else {
            return false
        }
        return text[text.index(after: name)...].split(separator: " ").first == "T"
    }

    package static func isTerminal(_ fd: Int32) -> Bool { clinux_isatty(fd) == 1 }

    package struct Kernel: Sendable, Equatable {
        package let name: String
        package let release: String
        package let machine: String
    }

    package static func kernel() throws(SystemError) -> Kernel {
        var raw = utsname()
        try systemCall("uname") { clinux_uname(&raw) }
        return Kernel(
            name: string(fromTuple: raw.sysname), release: string(fromTuple: raw.release),
            machine: string(fromTuple: raw.machine))
    }

    private static func string<T>(fromTuple tuple: T) -> String {
        withUnsafeBytes(of: tuple) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

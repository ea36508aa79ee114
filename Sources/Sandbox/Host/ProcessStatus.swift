/// What /proc/self/status says about our privileges and what already binds us.
package struct ProcessStatus: Sendable, Equatable {
    package var noNewPrivileges = false
    /// 0 none, 1 strict, 2 filter.
    package var seccompMode = 0
    package var seccompFilters = 0
    package var effectiveUser: UInt32 = 0
    package var effectiveCapabilities: UInt64 = 0
    package var boundingCapabilities: UInt64 = 0

    package init() {}

    /// Lines that are not known, or make no sense, leave their default.
    package init(parsing text: String) {
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let words = line[line.index(after: colon)...].split { $0 == "\t" || $0 == " " }
            guard let value = words.first else { continue }
            switch line[..<colon] {
            case "NoNewPrivs": noNewPrivileges = value == "1"
            case "Seccomp": seccompMode = Int(value) ?? 0
            case "Seccomp_filters": seccompFilters = Int(value) ?? 0
            case "CapEff": effectiveCapabilities = UInt64(value, radix: 16) ?? 0
            case "CapBnd": boundingCapabilities = UInt64(value, radix: 16) ?? 0
            case "Uid" where words.count > 1: effectiveUser = UInt32(words[1]) ?? 0
            default: break
            }
        }
    }

    package var isRoot: Bool { effectiveUser == 0 }
    /// CAP_SYS_ADMIN, number 21 of capabilities(7).
    package var mayAdministrate: Bool { effectiveCapabilities & (1 << 21) != 0 }
}

internal import CLinux

/// Questions to the kernel about what it would let us do. Each is answered by trying, in a child where trying changes
/// anything.
package enum HostProbe {
    /// The ABI version. The error is ENOSYS without Landlock in the kernel, EOPNOTSUPP when it was not started.
    package static func landlockABI() throws(SystemError) -> Int {
        try systemCall("landlock_create_ruleset") { clinux_landlock_abi() }
    }

    package static func checkSeccompFilter() throws(SystemError) {
        try systemCall("seccomp") { clinux_seccomp_filter_available() }
    }

    package static func checkSeccompNotification() throws(SystemError) {
        try systemCall("seccomp") { clinux_seccomp_notify_available() }
    }

    /// How a child fared that tried to make itself a jail.
    package struct Attempt: Sendable, Equatable {
        package enum Stage: Int32, Sendable { case drop, user, map, namespaces, mount, done }
        /// Where it stopped.
        package let stage: Stage
        /// The errno there; 0 when done.
        package let code: Int32
        /// The signal that ended it instead, as a filter does that kills; else 0.
        package let signal: Int32
        package let namespaces: Namespaces

        package init(stage: Stage, code: Int32, signal: Int32, namespaces: Namespaces) {
            self.stage = stage
            self.code = code
            self.signal = signal
            self.namespaces = namespaces
        }
    }

    package struct Namespaces: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let pid = Namespaces(rawValue: CLINUX_PROBE_NEW_PID.rawValue)
        package static let network = Namespaces(rawValue: CLINUX_PROBE_NEW_NET.rawValue)
        package static let ipc = Namespaces(rawValue: CLINUX_PROBE_NEW_IPC.rawValue)
        package static let uts = Namespaces(rawValue: CLINUX_PROBE_NEW_UTS.rawValue)
        package static let controlGroup = Namespaces(rawValue: CLINUX_PROBE_NEW_CGROUP.rawValue)
        /// A fresh /proc that shows a fresh pid namespace.
        package static let proc = Namespaces(rawValue: CLINUX_PROBE_NEW_PROC.rawValue)
    }

    package enum Way: Sendable {
        /// With the privileges we hold, and no user namespace.
        case ownPrivileges
        /// A user namespace first.
        case asWeAre
        /// The same for root, which becomes nobody before, or its privileges would answer.
        case asNobody

        fileprivate var raw: clinux_probe_way {
            switch self {
            case .ownPrivileges: CLINUX_PROBE_OWN_PRIVILEGES
            case .asWeAre: CLINUX_PROBE_AS_WE_ARE
            case .asNobody: CLINUX_PROBE_AS_NOBODY
            }
        }
    }

    package static func attemptNamespaces(_ way: Way) throws(SystemError) -> Attempt {
        var raw = clinux_namespace_probe()
        try systemCall("clone") { clinux_probe_namespaces(way.raw, &raw) }
        return Attempt(
            stage: Attempt.Stage(rawValue: raw.stage) ?? .drop, code: raw.error, signal: raw.signal,
            namespaces: Namespaces(rawValue: raw.namespaces))
    }

    /// How many descriptors this process may open, and how far it may raise that itself.
    package static func descriptorLimit() throws(SystemError) -> (soft: UInt64, hard: UInt64) {
        var soft: UInt64 = 0
        var hard: UInt64 = 0
        try systemCall("getrlimit") { clinux_descriptor_limit(&soft, &hard) }
        return (soft, hard)
    }

    package static func isWritable(_ path: String) -> Bool { clinux_access(path, W_OK) == 0 }
}

extension SystemError {
    /// ENOSYS: the kernel has no such call.
    package var isNotImplemented: Bool { code == ENOSYS }
    /// EOPNOTSUPP: it has the call, and the feature is off.
    package var isUnsupported: Bool { code == EOPNOTSUPP }
}

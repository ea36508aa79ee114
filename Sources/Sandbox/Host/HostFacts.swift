package import LinuxSystem

/// What this host offers a jail. A plain value, so that every conclusion from it (the rung, the report) is a pure
/// function that a test can try on hosts it does not have.
package struct HostFacts: Sendable {
    package var kernel = "unknown"
    package var machine = "unknown"
    package var landlock = Landlock.missing(reason: "not looked for")
    package var userNamespace = JailAttempt.refused(stage: .user, reason: "not tried")
    package var seccomp = Seccomp()
    package var controlGroups = ControlGroups(version: .none)
    package var status = ProcessStatus()
    package var settings = Settings()
    package var container: String?
    package var pidNamespaceIsInitial = true
    package var userNamespaceIsInitial = true
    /// The profile that confines us, `unconfined`, or nil without such a module.
    package var confinement: String?

    package init() {}

    package enum Landlock: Sendable, Equatable {
        case abi(Int)
        case missing(reason: String)

        package var version: Int? { if case .abi(let version) = self { version } else { nil } }
    }

    /// How a child fared that tried to make itself a jail.
    package enum JailAttempt: Sendable, Equatable {
        case works(HostProbe.Namespaces)
        /// The namespace came, and nothing may be done in it: what Ubuntu's AppArmor does since 24.04.
        case withoutCapabilities(reason: String)
        case refused(stage: HostProbe.Attempt.Stage, reason: String)

        package var namespaces: HostProbe.Namespaces? {
            if case .works(let namespaces) = self { namespaces } else { nil }
        }
    }

    package struct Seccomp: Sendable, Equatable {
        package var filter = false
        package var notification = false
        /// As the kernel names them, strongest first.
        package var actions: [String] = []
        package init() {}
    }

    /// Settings under /proc/sys; nil where the kernel has none of that name.
    package struct Settings: Sendable, Equatable {
        package var userNamespacesMax: Int?
        /// Debian's own: 0 refuses user namespaces to ordinary users.
        package var unprivilegedUserNamespaces: Int?
        /// Ubuntu's own: 1 takes the capabilities from them.
        package var appArmorRestrictsUserNamespaces: Int?
        /// vm.memfd_noexec: 2 refuses anonymous files that can be run.
        package var anonymousFilesNoExec: Int?
        package var legacyTerminalInjection: Int?
        package init() {}
    }
}

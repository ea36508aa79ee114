package import Confinement
package import LinuxSystem

/// How strong a jail can be here, strongest first. Every tool result says on which rung it ran.
package enum Rung: String, Sendable, CaseIterable, Comparable {
    case full = "A"
    case withoutControlGroups = "A'"
    case throughHelper = "B"
    case privileged = "C"
    case landlockAndSeccomp = "D"
    case seccompOnly = "E"
    case nothing = "F"

    /// Weaker is less.
    package static func < (left: Rung, right: Rung) -> Bool { left.weakness > right.weakness }
    private var weakness: Int { Rung.allCases.firstIndex(of: self) ?? Rung.allCases.count }
}

/// The parts of a jail, by the names that results and policies (`require:`) use.
package enum SandboxLayer: String, Sendable, CaseIterable {
    case userNamespace = "user_namespace"
    case mountNamespace = "mount_namespace"
    case pidNamespace = "pid_namespace"
    case networkNamespace = "network_namespace"
    case controlGroup = "cgroup"
    case landlock
    case seccomp
}

extension HostFacts {
    /// Pure. In doubt the weaker rung: seccomp is what closes the holes of every other layer, so nothing holds without
    /// it, and a mount view without Landlock still gives way to a leaked folder descriptor.
    package var rung: Rung {
        if !seccomp.filter { return .nothing }
        if landlock.version == nil { return .seccompOnly }
        if let namespaces = userNamespace.namespaces, namespaces.contains(.pid) {
            return controlGroups.limitsRuns ? .full : .withoutControlGroups
        }
        if case .withoutCapabilities = userNamespace, bubblewrap != nil { return .throughHelper }
        if let namespaces = ownPrivileges?.namespaces, namespaces.contains(.pid) { return .privileged }
        return .landlockAndSeccomp
    }

    /// The layers that this host lets us put a tool run into.
    package var layers: [SandboxLayer] {
        let namespaces = jailNamespaces
        return SandboxLayer.allCases.filter { layer in
            switch layer {
            case .userNamespace: userNamespace.namespaces != nil
            case .mountNamespace: namespaces != nil
            case .pidNamespace: namespaces?.contains(.pid) ?? false
            case .networkNamespace: namespaces?.contains(.network) ?? false
            case .controlGroup: controlGroups.limitsRuns
            case .landlock: landlock.version != nil
            case .seccomp: seccomp.filter
            }
        }
    }

    /// What a jail is made of here. Only what an ordinary user can have is used: a jail by root's own privileges would be one
    /// whose makers must not make a mistake.
    package var isolation: JailPlan.Isolation {
        userNamespace.namespaces?.contains(.pid) == true ? .namespaces : .rules
    }

    /// By whichever way there are some: an ordinary user's first.
    package var jailNamespaces: HostProbe.Namespaces? { userNamespace.namespaces ?? ownPrivileges?.namespaces }
}

extension Rung {
    package var title: String {
        switch self {
        case .full: "full: namespaces, mounts, Landlock, seccomp, control groups"
        case .withoutControlGroups: "full, without control groups"
        case .throughHelper: "namespaces through bubblewrap only"
        case .privileged: "namespaces by our own privileges"
        case .landlockAndSeccomp: "Landlock and seccomp, no namespaces"
        case .seccompOnly: "seccomp only"
        case .nothing: "no jail at all"
        }
    }

    /// What a jail on this rung cannot do; nil when nothing is lost.
    package var lost: String? {
        switch self {
        case .full: nil
        case .withoutControlGroups:
            "memory and processes are limited for each process only (rlimit), not for a run as a whole; "
                + "pages of tmpfs and anonymous files are not counted"
        case .throughHelper: "the namespaces are made by bubblewrap, which costs 4 to 6 ms more for each start"
        case .privileged: "no user namespace: the jail must give up the outer root itself before anything runs in it"
        case .landlockAndSeccomp:
            "no private processes, IPC and /tmp; no noexec on the workspace, so native code in it can be loaded; "
                + "no exceptions inside a writable folder (.git/hooks is checked and put back afterwards); "
                + "chmod, times and attributes of files outside are not guarded; "
                + "survivors of a run are found and killed, not ended by the kernel"
        case .seccompOnly: "no path jail: commands (Bash) are refused, only the file tools run"
        case .nothing: "everything: tools are refused, never run unguarded"
        }
    }
}

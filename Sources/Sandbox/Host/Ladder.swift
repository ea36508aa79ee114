package import Confinement
internal import LinuxSystem

/// How strong a jail can be here, strongest first. Every tool result names its layers. B and C would be namespaces made by
/// another program or by root itself: there is no such jail, and those hosts have the next one.
package enum Rung: String, Sendable, CaseIterable, Comparable {
    case full = "A"
    case withoutControlGroups = "A'"
    case landlockAndSeccomp = "D"
    case withoutLandlock = "E"
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
        if isolation == .namespaces { return landlock.version == nil ? .withoutLandlock : .withoutControlGroups }
        return (landlock.version ?? 0) >= Self.landlockVersionAlone ? .landlockAndSeccomp : .nothing
    }

    /// Alone, Landlock has to keep a run's signals to itself; older ones cannot.
    package static let landlockVersionAlone = 6

    /// The layers that this host lets us put a tool run into.
    package var layers: [SandboxLayer] {
        let namespaces = userNamespace.namespaces
        return SandboxLayer.allCases.filter { layer in
            switch layer {
            case .userNamespace: userNamespace.namespaces != nil
            case .mountNamespace: namespaces != nil
            case .pidNamespace: namespaces?.contains(.pid) ?? false
            case .networkNamespace: namespaces?.contains(.network) ?? false
            // No jail makes any yet, whatever the host has.
            case .controlGroup: false
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
}

extension Rung {
    package var title: String {
        switch self {
        case .full: "full: namespaces, mounts, Landlock, seccomp, control groups"
        case .withoutControlGroups: "full, without control groups"
        case .landlockAndSeccomp: "Landlock and seccomp, no namespaces"
        case .withoutLandlock: "namespaces and seccomp, no Landlock"
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
        case .landlockAndSeccomp:
            "no network at all; code in readable files can be loaded by programs that may run; nothing new can be made in a "
                + "folder where something is denied; no chmod by name, shared memory or watching of files; a /tmp for the "
                + "jail and not for each run; names and sizes of files elsewhere can be seen (docs/decisions/016-rungs.md)"
        case .withoutLandlock:
            "the second lock on files, signals, sockets and ports: namespaces and the filter hold them alone"
        case .nothing: "everything: tools are refused, never run unguarded"
        }
    }
}

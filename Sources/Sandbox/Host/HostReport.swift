internal import LinuxSystem

/// One line of `sidecar doctor`.
package struct Finding: Sendable, Equatable {
    package enum Status: String, Sendable, CaseIterable { case ok, warn, fail, info }
    /// Stable, for scripts: `host.landlock`.
    package let id: String
    package let group: String
    package let status: Status
    package let title: String
    package let detail: String
    /// What to do about it, when something can be done.
    package let mend: String?

    package init(
        id: String, group: String, status: Status, title: String, detail: String, mend: String? = nil
    ) {
        self.id = id
        self.group = group
        self.status = status
        self.title = title
        self.detail = detail
        self.mend = mend
    }
}

/// What the facts mean for somebody who wants to run tools here. Pure.
package struct HostReport: Sendable, Equatable {
    package let rung: Rung
    package let layers: [SandboxLayer]
    package let findings: [Finding]

    package init(_ facts: HostFacts) {
        rung = facts.rung
        layers = facts.layers
        findings = [
            Self.kernel(facts), Self.surroundings(facts), Self.privileges(facts), Self.bound(facts),
            Self.sandbox(facts), Self.landlock(facts), Self.userNamespace(facts), Self.namespaces(facts),
            Self.seccomp(facts), Self.notification(facts), Self.controlGroups(facts), Self.anonymousFiles(facts),
            Self.terminal(facts),
        ].compactMap { $0 }
    }

    /// For the start-up banner: `user_namespace, mount_namespace, landlock (ABI 7), seccomp; rung A'`.
    package static func summary(_ facts: HostFacts) -> String {
        // Single layers may be there, but none holds without seccomp.
        if facts.rung == .nothing { return "none; rung F: tools are refused" }
        let names = facts.layers.map { layer in
            if layer == .landlock, let abi = facts.landlock.version { "landlock (ABI \(abi))" } else { layer.rawValue }
        }
        return names.joined(separator: ", ") + "; rung \(facts.rung.rawValue)"
    }
}

// MARK: The machine

extension HostReport {
    private static let host = "host"
    private static let jail = "sandbox"

    private static func kernel(_ facts: HostFacts) -> Finding {
        Finding(
            id: "host.kernel", group: host, status: .info, title: "kernel",
            detail: "Linux \(facts.kernel), \(facts.machine)")
    }

    private static func surroundings(_ facts: HostFacts) -> Finding {
        var parts = [facts.container.map { "container: \($0)" } ?? "no container"]
        if !facts.pidNamespaceIsInitial { parts.append("in a pid namespace") }
        if !facts.userNamespaceIsInitial { parts.append("in a user namespace") }
        if let profile = facts.confinement, !profile.hasPrefix("unconfined") { parts.append("confined by \(profile)") }
        return Finding(
            id: "host.surroundings", group: host, status: .info, title: "surroundings",
            detail: parts.joined(separator: ", "))
    }

    private static func privileges(_ facts: HostFacts) -> Finding {
        facts.status.isRoot
            ? Finding(
                id: "host.user", group: host, status: .warn, title: "user",
                detail: "root: a hole in the jail would lead to root's files",
                mend: "run sidecar as an ordinary user; it needs no privilege")
            : Finding(
                id: "host.user", group: host, status: .ok, title: "user",
                detail: "ordinary user (uid \(facts.status.effectiveUser))")
    }

    /// Silent when nothing binds us: most of the time there is nothing to say.
    private static func bound(_ facts: HostFacts) -> Finding? {
        var parts: [String] = []
        if facts.status.noNewPrivileges { parts.append("no_new_privs is set") }
        if facts.status.seccompMode != 0 { parts.append("\(max(1, facts.status.seccompFilters)) seccomp filter(s)") }
        if parts.isEmpty { return nil }
        return Finding(
            id: "host.bound", group: host, status: .info, title: "already binding us",
            detail: parts.joined(separator: ", "))
    }
}

// MARK: The jail

extension HostReport {
    private static func sandbox(_ facts: HostFacts) -> Finding {
        let rung = facts.rung
        let status: Finding.Status =
            switch rung {
            case .full, .withoutControlGroups: .ok
            case .landlockAndSeccomp, .withoutLandlock: .warn
            case .nothing: .fail
            }
        return Finding(
            id: "sandbox.rung", group: jail, status: status, title: "jail",
            detail: "rung \(rung.rawValue), \(rung.title)" + (rung.lost.map { "; lost: \($0)" } ?? ""),
            mend: Mending.rung(facts))
    }

    private static func landlock(_ facts: HostFacts) -> Finding {
        switch facts.landlock {
        case .abi(let version):
            let lacks = LandlockABI.lacking(at: version)
            return Finding(
                id: "sandbox.landlock", group: jail, status: lacks == nil ? .ok : .warn, title: "Landlock",
                detail: "ABI \(version)" + (lacks.map { ", without \($0)" } ?? ""),
                mend: lacks == nil ? nil : "a newer kernel (6.12 has all of these)")
        case .missing(let reason):
            return Finding(
                id: "sandbox.landlock", group: jail, status: .warn, title: "Landlock", detail: reason,
                mend: Mending.landlock(facts))
        }
    }

    private static func userNamespace(_ facts: HostFacts) -> Finding {
        let (status, detail): (Finding.Status, String) =
            switch facts.userNamespace {
            case .works: (.ok, "an ordinary user may make one, and mount in it (tried)")
            case .withoutCapabilities(let reason): (.warn, "made, but without capabilities inside (\(reason))")
            case .refused(_, let reason): (.warn, "refused (\(reason))")
            }
        return Finding(
            id: "sandbox.user_namespace", group: jail, status: status, title: "user namespaces", detail: detail,
            mend: Mending.userNamespace(facts))
    }

    private static func namespaces(_ facts: HostFacts) -> Finding {
        guard let namespaces = facts.userNamespace.namespaces else {
            return Finding(
                id: "sandbox.namespaces", group: jail, status: .warn, title: "other namespaces",
                detail: "none without a user namespace")
        }
        let all: [(HostProbe.Namespaces, String)] = [
            (.pid, "pid"), (.network, "network"), (.ipc, "ipc"), (.uts, "uts"), (.controlGroup, "cgroup"),
            (.proc, "fresh /proc"),
        ]
        let missing = all.filter { !namespaces.contains($0.0) }.map { $0.1 }
        let present = ["mount"] + all.filter { namespaces.contains($0.0) }.map { $0.1 }
        return Finding(
            id: "sandbox.namespaces", group: jail, status: missing.isEmpty ? .ok : .warn, title: "other namespaces",
            detail: present.joined(separator: ", ")
                + (missing.isEmpty ? "" : "; not: \(missing.joined(separator: ", "))"),
            mend: missing == ["fresh /proc"]
                ? "the container masks parts of /proc; run it with an unmasked /proc" : nil)
    }

    private static func seccomp(_ facts: HostFacts) -> Finding {
        facts.seccomp.filter
            ? Finding(
                id: "sandbox.seccomp", group: jail, status: .ok, title: "seccomp",
                detail: "filters"
                    + (facts.seccomp.actions.isEmpty ? "" : ": \(facts.seccomp.actions.joined(separator: " "))"))
            : Finding(
                id: "sandbox.seccomp", group: jail, status: .fail, title: "seccomp", detail: "no filters",
                mend: "a kernel with CONFIG_SECCOMP_FILTER, and no outer filter that refuses seccomp(2)")
    }

    private static func notification(_ facts: HostFacts) -> Finding {
        facts.seccomp.notification
            ? Finding(
                id: "sandbox.notification", group: jail, status: .ok, title: "seccomp reports",
                detail: "refused calls can be reported with the rule that refused them")
            : Finding(
                id: "sandbox.notification", group: jail, status: .info, title: "seccomp reports",
                detail: "not available: refused calls fail without naming their rule", mend: "Linux 5.0 or newer")
    }

    private static func controlGroups(_ facts: HostFacts) -> Finding {
        let groups = facts.controlGroups
        var parts = [groups.version == .none ? "none" : groups.version.rawValue]
        if groups.folder != nil {
            parts.append(groups.writable ? "ours to divide" : "not writable for us")
            parts.append(groups.controllers.isEmpty ? "no v2 controllers" : groups.controllers.joined(separator: " "))
        }
        return Finding(
            id: "sandbox.cgroup", group: jail, status: .info, title: "control groups",
            detail: parts.joined(separator: ", ") + "; this version uses none")
    }

    private static func anonymousFiles(_ facts: HostFacts) -> Finding? {
        guard let value = facts.settings.anonymousFilesNoExec else { return nil }
        let meaning = value >= 2 ? "runnable ones are refused" : "runnable ones are possible outside of a jail"
        return Finding(
            id: "host.memfd_noexec", group: host, status: .info, title: "anonymous files",
            detail: "vm.memfd_noexec=\(value): \(meaning)")
    }

    private static func terminal(_ facts: HostFacts) -> Finding? {
        guard let value = facts.settings.legacyTerminalInjection else { return nil }
        return Finding(
            id: "host.terminal", group: host, status: .info, title: "terminal",
            detail: value == 0
                ? "typing into another's terminal (TIOCSTI) is off"
                : "typing into another's terminal (TIOCSTI) is on; the jail gets no terminal and refuses the call")
    }
}

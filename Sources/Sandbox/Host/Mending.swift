internal import LinuxSystem

/// How to get a stronger jail out of this host. Pure; nil when there is nothing to do.
package enum Mending {
    package static func rung(_ facts: HostFacts) -> String? {
        switch facts.rung {
        case .full: nil
        case .withoutControlGroups: controlGroups(facts)
        case .throughHelper, .privileged, .landlockAndSeccomp: userNamespace(facts)
        case .seccompOnly: landlock(facts)
        case .nothing: "a kernel with seccomp filters (CONFIG_SECCOMP_FILTER), or a container that permits them"
        }
    }

    /// From the most particular cause to the most general: the first that holds is the one to remove.
    package static func userNamespace(_ facts: HostFacts) -> String? {
        if let namespaces = facts.userNamespace.namespaces {
            return namespaces.contains(.pid) ? nil : "a kernel with CONFIG_PID_NS, or a container that permits it"
        }
        let settings = facts.settings
        if settings.userNamespacesMax == 0 { return "sysctl user.max_user_namespaces=10000" }
        if settings.unprivilegedUserNamespaces == 0 { return "sysctl kernel.unprivileged_userns_clone=1" }
        if settings.appArmorRestrictsUserNamespaces == 1 {
            return "an AppArmor profile for sidecar-jail that has `userns,` (or, for every program, "
                + "sysctl kernel.apparmor_restrict_unprivileged_userns=0)"
                + (facts.bubblewrap == nil ? ", or the package bubblewrap, which has one" : "")
        }
        if facts.container != nil || facts.status.seccompMode != 0 {
            return "let the container make user namespaces: a seccomp profile that permits clone, unshare and mount "
                + "(for Docker: --security-opt seccomp=FILE, and --security-opt apparmor=unconfined where that "
                + "module is on)"
        }
        return "a kernel with CONFIG_USER_NS"
    }

    package static func landlock(_ facts: HostFacts) -> String? {
        guard case .missing = facts.landlock else { return nil }
        return facts.container == nil
            ? "Linux 5.13 or newer with landlock in the boot parameter lsm= (see /sys/kernel/security/lsm)"
            : "a container engine whose seccomp profile permits landlock_create_ruleset, on Linux 5.13 or newer"
    }

    package static func controlGroups(_ facts: HostFacts) -> String? {
        let groups = facts.controlGroups
        if groups.limitsRuns { return nil }
        switch groups.version {
        case .v2 where groups.writable:
            return "have memory and pids delegated: systemd-run --user --scope -p Delegate=yes sidecar serve"
        case .v2:
            return facts.container == nil
                ? "start it in a group of its own: systemd-run --user --scope -p Delegate=yes sidecar serve"
                : "give the container its own writable control group (--cgroupns=private, cgroup mounted rw)"
        case .v1, .hybrid: return "boot with systemd.unified_cgroup_hierarchy=1 (control groups v2 only)"
        case .none: return "mount control groups v2 on /sys/fs/cgroup"
        }
    }
}

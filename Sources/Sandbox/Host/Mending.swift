internal import LinuxSystem

/// How to get a stronger jail out of this host. Pure; nil when there is nothing to do.
package enum Mending {
    package static func rung(_ facts: HostFacts) -> String? {
        switch facts.rung {
        case .full, .withoutControlGroups: nil
        case .landlockAndSeccomp: userNamespace(facts)
        case .withoutLandlock: landlock(facts)
        case .nothing where facts.seccomp.filter:
            (userNamespace(facts).map { "\($0); or " } ?? "") + "Linux 6.12 or newer, whose Landlock can hold alone"
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
            return "AppArmor takes the capabilities from namespaces here. Give sidecar its profile: "
                + "`sudo install -m 644 PREFIX/share/sidecar/apparmor.d/sidecar /etc/apparmor.d/sidecar && "
                + "sudo apparmor_parser --replace /etc/apparmor.d/sidecar` (`make install` put it there; PREFIX is /usr/local "
                + "unless you said otherwise). Or, for every program: sysctl kernel.apparmor_restrict_unprivileged_userns=0"
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
}

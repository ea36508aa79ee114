internal import LinuxSystem

extension HostFacts {
    /// Looks at this host. Takes a few milliseconds: it starts a child that tries to jail itself.
    /// What cannot be read is left at "not there", which never makes the host look stronger than it is.
    package static func detect() -> HostFacts {
        var facts = HostFacts()
        if let kernel = try? ProcessInfo.kernel() {
            facts.kernel = kernel.release
            facts.machine = kernel.machine
        }
        facts.status = ProcessStatus(parsing: text("/proc/self/status"))
        facts.landlock = detectLandlock()
        facts.seccomp = detectSeccomp()
        facts.pidNamespaceIsInitial = isInitial("pid", InitialNamespace.pid)
        facts.userNamespaceIsInitial = isInitial("user", InitialNamespace.user)
        // Root of an inner user namespace is an ordinary user outside, and may have nobody to become.
        let mustDrop = facts.status.isRoot && facts.userNamespaceIsInitial
        facts.userNamespace = attempt(mustDrop ? .asNobody : .asWeAre)
        facts.controlGroups = detectControlGroups()
        facts.settings = detectSettings()
        facts.container = detectContainer().kind
        let profile = line("/proc/self/attr/current")
        facts.confinement = profile.isEmpty ? nil : profile
        return facts
    }

    // MARK: The parts

    private static func detectLandlock() -> Landlock {
        do {
            return .abi(try HostProbe.landlockABI())
        } catch {
            return .missing(reason: Explanation.ofMissingLandlock(error))
        }
    }

    private static func detectSeccomp() -> Seccomp {
        var result = Seccomp()
        result.filter = succeeds(HostProbe.checkSeccompFilter)
        result.notification = succeeds(HostProbe.checkSeccompNotification)
        result.actions = words(line("/proc/sys/kernel/seccomp/actions_avail"))
        return result
    }

    private static func attempt(_ way: HostProbe.Way) -> JailAttempt {
        do {
            return JailAttempt(try HostProbe.attemptNamespaces(way), way: way)
        } catch {
            return .refused(stage: .drop, reason: "no child could be started: \(error.reason)")
        }
    }

    private static func detectControlGroups() -> ControlGroups {
        let location = ControlGroups.locate(
            groups: text("/proc/self/cgroup"), mounts: text("/proc/self/mountinfo"))
        guard let folder = location.folder else { return ControlGroups(version: location.version) }
        // Moving a process into a group below ours needs both: the folder, and our own list of processes.
        let writable = HostProbe.isWritable(folder) && HostProbe.isWritable(folder + "/cgroup.procs")
        return ControlGroups(
            version: location.version, folder: folder, controllers: words(line(folder + "/cgroup.controllers")),
            writable: writable)
    }

    private static func detectSettings() -> Settings {
        var result = Settings()
        result.userNamespacesMax = number("/proc/sys/user/max_user_namespaces")
        result.unprivilegedUserNamespaces = number("/proc/sys/kernel/unprivileged_userns_clone")
        result.appArmorRestrictsUserNamespaces = number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
        result.anonymousFilesNoExec = number("/proc/sys/vm/memfd_noexec")
        result.legacyTerminalInjection = number("/proc/sys/dev/tty/legacy_tiocsti")
        return result
    }

    private static func detectContainer() -> ContainerEvidence {
        var evidence = ContainerEvidence()
        evidence.dockerMark = File.exists("/.dockerenv")
        evidence.podmanMark = File.exists("/run/.containerenv")
        let note = line("/run/systemd/container")
        evidence.managerNote = note.isEmpty ? ProcessInfo.environment("container") : note
        evidence.kubernetes = ProcessInfo.environment("KUBERNETES_SERVICE_HOST") != nil
        evidence.firstProcessGroups = text("/proc/1/cgroup")
        evidence.rootFileSystem = MountEntry.all(in: text("/proc/self/mountinfo")).last { $0.point == "/" }?.type
        return evidence
    }

    /// The inode numbers of the namespaces the kernel starts with, fixed in its include/linux/proc_ns.h.
    private enum InitialNamespace {
        static let pid = 0xEFFF_FFFC
        static let user = 0xEFFF_FFFD
    }

    private static func isInitial(_ name: String, _ inode: Int) -> Bool {
        (try? File.linkTarget("/proc/self/ns/\(name)")) == "\(name):[\(inode)]"
    }

    // MARK: Reading

    private static func succeeds(_ check: () throws(SystemError) -> Void) -> Bool {
        do {
            try check()
            return true
        } catch {
            return false
        }
    }

    private static func text(_ path: String) -> String { (try? File.readText(path)) ?? "" }
    private static func line(_ path: String) -> String {
        String(text(path).prefix { $0 != "\n" && $0 != "\0" })
    }
    private static func number(_ path: String) -> Int? { Int(line(path)) }
    private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}

enum Explanation {
    /// landlock(7) gives these two codes their meaning.
    static func ofMissingLandlock(_ error: SystemError) -> String {
        if error.isNotImplemented { return "this kernel has none (it came with 5.13)" }
        if error.isUnsupported { return "in the kernel, but not started" }
        return "refused (\(error.reason)), as a container's seccomp filter does"
    }
}

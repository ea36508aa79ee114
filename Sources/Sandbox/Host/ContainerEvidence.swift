/// What tells whether we run in a container. There is no system call for it: these are the marks the engines leave.
package struct ContainerEvidence: Sendable, Equatable {
    package var dockerMark = false
    package var podmanMark = false
    /// What systemd and its kin write down: `lxc`, `systemd-nspawn`, `podman`, …
    package var managerNote: String?
    package var kubernetes = false
    /// /proc/1/cgroup
    package var firstProcessGroups = ""
    package var rootFileSystem: String?

    package init() {}

    /// The kind of container, or nil.
    package var kind: String? {
        if kubernetes { return "kubernetes" }
        if podmanMark { return "podman" }
        if dockerMark { return "docker" }
        // Windows' own Linux is a virtual machine, although it leaves this note.
        if let managerNote, !managerNote.isEmpty, managerNote != "wsl" { return managerNote }
        for name in ["kubepods", "docker", "libpod", "lxc"] where firstProcessGroups.contains(name) { return name }
        return rootFileSystem == "overlay" ? "unknown engine (the root is an overlay)" : nil
    }
}

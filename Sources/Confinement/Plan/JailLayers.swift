/// The parts of a jail that were had, by the names that results and policies (`require:`) use.
package struct JailLayers: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let userNamespace = JailLayers(rawValue: 1 << 0)
    package static let mountNamespace = JailLayers(rawValue: 1 << 1)
    package static let pidNamespace = JailLayers(rawValue: 1 << 2)
    package static let networkNamespace = JailLayers(rawValue: 1 << 3)
    package static let ipcNamespace = JailLayers(rawValue: 1 << 4)
    package static let hostNameNamespace = JailLayers(rawValue: 1 << 5)
    package static let controlGroupNamespace = JailLayers(rawValue: 1 << 6)
    package static let controlGroup = JailLayers(rawValue: 1 << 7)
    package static let landlock = JailLayers(rawValue: 1 << 8)
    package static let seccomp = JailLayers(rawValue: 1 << 9)

    private static let named: [(JailLayers, String)] = [
        (.userNamespace, "user_namespace"), (.mountNamespace, "mount_namespace"), (.pidNamespace, "pid_namespace"),
        (.networkNamespace, "network_namespace"), (.ipcNamespace, "ipc_namespace"),
        (.hostNameNamespace, "uts_namespace"), (.controlGroupNamespace, "cgroup_namespace"),
        (.controlGroup, "cgroup"), (.landlock, "landlock"), (.seccomp, "seccomp"),
    ]

    package static let all = named.reduce(into: JailLayers()) { $0.insert($1.0) }

    /// In the order in which they are built.
    package var names: [String] { Self.named.filter { contains($0.0) }.map { $0.1 } }

    /// nil for a name that no layer has.
    package init?(name: String) {
        guard let found = Self.named.first(where: { $0.1 == name }) else { return nil }
        self = found.0
    }
}

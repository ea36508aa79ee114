internal import LinuxSystem

/// What this host offers a jail.
package struct HostFacts: Sendable {
    package let kernel: String
}

package import LinuxSystem

/// A socket that listens on 127.0.0.1 inside of a jail and is answered by the host: who connects is inside.
package struct JailListener: Sendable {
    package let port: UInt16
    /// Nonblocking.
    package let descriptor: OwnedDescriptor
}

/// A descriptor that can stand in a collection; closed when the last one lets go of it.
package final class OwnedDescriptor: Sendable {
    private let descriptor: Descriptor

    package init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    package var raw: Int32 { descriptor.raw }

    package func waitUntilReadable(_ deadline: Instant, clock: any Clock) throws(SystemError) -> Bool {
        try descriptor.waitUntilReadable(deadline, clock: clock)
    }
}

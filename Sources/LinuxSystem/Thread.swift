internal import CLinux
internal import Glibc

/// A thread of our own, joined or detached before it is forgotten.
package struct Thread: ~Copyable, @unchecked Sendable {
    private let handle: pthread_t

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// `name` is what `top -H` shows: 15 bytes at most.
    package init(name: String, _ run: @escaping @Sendable () -> Void) throws(SystemError) {
        var handle = pthread_t()
        let body = Unmanaged.passRetained(Body(run))
        let result = pthread_create(
            &handle, nil,
            { raw in
                Unmanaged<Body>.fromOpaque(raw!).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        if result != 0 {
            body.release()
            throw SystemError(call: "pthread_create", code: result)
        }
        clinux_name_thread(handle, String(name.prefix(15)))
        self.handle = handle
    }

    package consuming func join() { pthread_join(handle, nil) }

    /// Nobody will join it: its stack is given back when it ends.
    package consuming func detach() { pthread_detach(handle) }
}

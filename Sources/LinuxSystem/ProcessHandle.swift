internal import CLinux

/// Somebody's process, held by a pidfd: its number cannot come to mean another one while we wait for its end.
package struct ProcessHandle: ~Copyable, Sendable {
    package let pid: Int32
    private let handle: Descriptor

    /// nil when there is no such process any more.
    package init?(pid: Int32) throws(SystemError) {
        do throws(SystemError) {
            handle = Descriptor(
                owning: Int32(try systemCall("pidfd_open", "process \(pid)") { clinux_pidfd_open(pid_t(pid)) }))
        } catch {
            if error.code == ESRCH { return nil }
            throw error
        }
        self.pid = pid
    }

    /// False when it still runs at the deadline.
    package borrowing func waitForEnd(_ deadline: Instant, clock: any Clock) throws(SystemError) -> Bool {
        try handle.waitUntilReadable(deadline, clock: clock)
    }
}

internal import CLinux

package enum Signal: Int32, Sendable, CaseIterable {
    case hangUp = 1
    case interrupt = 2
    case kill = 9
    case user1 = 10
    case terminate = 15

    /// Before the first thread is made, so that every thread inherits it: they are read from a descriptor instead.
    package static func block(_ signals: [Signal]) {
        var numbers = signals.map(\.rawValue)
        _ = clinux_block_signals(&numbers, Int32(numbers.count))
    }

    /// A closed pipe is an error of one write and no reason to end the program.
    package static func ignoreBrokenPipes() { _ = clinux_ignore_signal(SIGPIPE) }

    package static func send(_ signal: Signal, to pid: Int32) throws(SystemError) {
        try systemCall("kill", "process \(pid)") { clinux_kill(pid, signal.rawValue) }
    }

    /// Whether a process of that number exists (it may be somebody else's).
    package static func exists(pid: Int32) -> Bool { pid > 0 && clinux_kill(pid, 0) != -Int(ESRCH) }
}

/// Blocked signals as events of a loop.
package final class SignalSource: ReadinessHandler {
    private let descriptor: Descriptor
    private let handler: (Signal) -> Void
    private let loop: EventLoop

    package init(_ signals: [Signal], on loop: EventLoop, _ handler: @escaping (Signal) -> Void) throws(SystemError) {
        var numbers = signals.map(\.rawValue)
        descriptor = Descriptor(
            owning: Int32(try systemCall("signalfd") { clinux_signalfd(&numbers, Int32(numbers.count)) }))
        self.handler = handler
        self.loop = loop
    }

    package func start() throws(SystemError) { try loop.register(descriptor.raw, .readable, self) }
    package func stop() { loop.deregister(descriptor.raw) }

    /// SI_KERNEL of sigaction(2).
    private static let fromKernel: Int32 = 0x80

    package func ready(_ events: Readiness) {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        let fd = descriptor.raw
        while clinux_read(fd, &information, size) == size {
            guard let signal = Signal(rawValue: Int32(information.ssi_signo)) else { continue }
            // From the kernel, not from a person: the terminal is gone, and with it whoever watched.
            let terminalIsGone = signal == .hangUp && information.ssi_code == Self.fromKernel
            handler(terminalIsGone ? .terminate : signal)
        }
    }
}

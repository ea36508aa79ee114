internal import JSON
internal import LinuxSystem

/// Standard output: one message a line, in the order in which they were given. A client that does not read holds up nobody:
/// what it has not taken waits here. On its loop only.
final class MCPOutput: ReadinessHandler, @unchecked Sendable {
    private let loop: EventLoop
    private let stdout = StandardDescriptor.output
    private let waiting = ByteBuffer()
    private var isRegistered = false
    private var hasFailed = false

    var count: Int { waiting.count }
    var onDrain: (() -> Void)?
    /// Nobody will read any more.
    var onFailure: (() -> Void)?

    init(on loop: EventLoop) {
        self.loop = loop
        // A terminal is shared with the shell, which would find it changed.
        if !StandardStream.output.isTerminal { stdout.makeNonblocking() }
    }

    func write(_ message: JSONValue) {
        if hasFailed { return }
        waiting.append(message.bytes())
        waiting.append(UInt8(ascii: "\n"))
        if !isRegistered { flush() }
    }

    func ready(_ events: Readiness) { flush() }

    func stop() {
        if isRegistered { loop.deregister(stdout.raw) }
        isRegistered = false
    }

    private func flush() {
        do throws(SystemError) {
            while !waiting.isEmpty {
                guard
                    let count = try withExtendedLifetime(
                        waiting, { () throws(SystemError) in try stdout.write(waiting.readable) })
                else {
                    if !isRegistered { try loop.register(stdout.raw, .writable, self) }
                    isRegistered = true
                    return
                }
                waiting.consume(count)
            }
            stop()
            onDrain?()
        } catch {
            hasFailed = true
            stop()
            waiting.removeAll()
            onFailure?()
        }
    }
}

package import LinuxSystem

/// How far a call has come that takes its time. Comes on the loop of the host.
package struct ToolProgress: Sendable {
    package let elapsed: TimeSpan
    /// Of what it wrote.
    package let lines: Int

    package typealias Listener = @Sendable (ToolProgress) -> Void

    /// Who watches wants to see that it lives, and not each line of it.
    static let interval = TimeSpan.seconds(1)
}

/// Tells a listener every second until it is stopped. On its loop only.
final class ProgressTicker {
    private var timer: LoopTimer?

    init(_ listener: ToolProgress.Listener?, on loop: EventLoop, lines: @escaping () -> Int) {
        guard let listener else { return }
        let began = loop.clock.now()
        let timer = LoopTimer { [weak self] in
            guard let timer = self?.timer else { return }
            listener(ToolProgress(elapsed: loop.clock.now() - began, lines: lines()))
            loop.schedule(timer, after: ToolProgress.interval)
        }
        self.timer = timer
        loop.schedule(timer, after: ToolProgress.interval)
    }

    func stop() {
        timer?.disarm()
        timer = nil
    }
}

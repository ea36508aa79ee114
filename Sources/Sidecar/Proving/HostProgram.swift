internal import Confinement
internal import LinuxSystem

/// A program of the host, run to its end beside the event loop: the control of an attempt.
final class HostProgram: ReadinessHandler, @unchecked Sendable {
    struct Ran: Sendable {
        let code: Int32
        let output: String
        let errors: String
        /// Kept or not.
        let outputBytes: Int
        /// It took too long.
        let wasStopped: Bool
    }

    private let child: ChildProcess
    private let loop: EventLoop
    private var waiter: CheckedContinuation<Void, Never>?
    private var hasEnded = false
    private var wasStopped = false

    static let outputBytesMax = 1 << 20

    /// `more` become descriptors 3 and on.
    static func run(
        _ launch: ProgramLaunch, input: Int32, more: [Int32] = [], on loop: EventLoop, within time: TimeSpan? = nil
    ) async throws(SystemError) -> Ran {
        let output = try OutputCapture.start(bytesMax: outputBytesMax, on: loop)
        let errors = try OutputCapture.start(bytesMax: outputBytesMax, on: loop)
        let (taken, wrong) = (output.capture, errors.capture)
        let program = try start(launch, input, output.onlyWriting(), errors.onlyWriting(), more, loop)
        let timer = LoopTimer { [weak program] in program?.stop() }
        if let time { loop.schedule(timer, after: time) }
        await program.waitForEnd()
        timer.disarm()
        let code = try program.child.wait()
        let told = taken.finish()
        return Ran(
            code: code, output: String(decoding: told.bytes(), as: UTF8.self),
            errors: String(decoding: wrong.finish().bytes(), as: UTF8.self), outputBytes: told.total,
            wasStopped: program.wasStopped)
    }

    /// Our copies of what the child got are closed when this returns.
    private static func start(
        _ launch: ProgramLaunch, _ input: Int32, _ output: consuming Descriptor, _ errors: consuming Descriptor,
        _ more: [Int32], _ loop: EventLoop
    ) throws(SystemError) -> HostProgram {
        let child = try ChildProcess(launch, descriptors: [input, output.raw, errors.raw] + more)
        return try HostProgram(child, loop)
    }

    private init(_ child: consuming ChildProcess, _ loop: EventLoop) throws(SystemError) {
        self.child = child
        self.loop = loop
        try loop.register(self.child.exitDescriptor(), .readable, self)
    }

    func ready(_ events: Readiness) {
        loop.deregister(child.exitDescriptor())
        hasEnded = true
        waiter?.resume()
        waiter = nil
    }

    private func stop() {
        wasStopped = true
        try? child.signal(.kill)
    }

    private func waitForEnd() async {
        if hasEnded { return }
        await withCheckedContinuation { waiter = $0 }
    }
}

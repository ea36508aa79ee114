internal import Confinement
internal import LinuxSystem

/// A run that has its order, until nothing of it is left.
///
/// The report comes when everybody in the run is dead; the first process then takes its mounts down, which nobody has to
/// wait for. If it was killed there is no report, and its own end is the end.
final class RunningProgram: ReadinessHandler {
    let number: UInt32
    private let prepared: PreparedRun
    private let loop: EventLoop
    private let atEnd: (RunningProgram, EndedAnswer) -> Void
    private let atReap: (RunningProgram) -> Void
    private var isReported = false

    init(
        number: UInt32, _ prepared: PreparedRun, _ loop: EventLoop,
        atEnd: @escaping (RunningProgram, EndedAnswer) -> Void, atReap: @escaping (RunningProgram) -> Void
    ) throws(SystemError) {
        self.number = number
        self.prepared = prepared
        self.loop = loop
        self.atEnd = atEnd
        self.atReap = atReap
        try loop.register(prepared.reportDescriptor, .readable, self)
    }

    func ready(_ events: Readiness) {
        if isReported { return finish() }
        isReported = true
        loop.deregister(prepared.reportDescriptor)
        let answer = prepared.readReport()
        if let answer { atEnd(self, answer) }
        do throws(SystemError) {
            try loop.register(prepared.processDescriptor, .readable, self)
        } catch {
            prepared.reap()
            atReap(self)
        }
        wasKilled = answer == nil
    }

    private var wasKilled = false

    private func finish() {
        loop.deregister(prepared.processDescriptor)
        prepared.reap()
        if wasKilled { atEnd(self, EndedAnswer(.killed)) }
        atReap(self)
    }

    func signal(_ number: Int32) { prepared.signal(number) }
}

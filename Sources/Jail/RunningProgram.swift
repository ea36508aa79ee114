internal import CJail
internal import Confinement
internal import LinuxSystem

/// A run, from its birth to the report of its end.
final class RunningProgram: ReadinessHandler {
    let number: UInt32
    private let process: Descriptor
    private let report: Descriptor
    private let atEnd: (RunningProgram, EndedAnswer) -> Void

    init(
        number: UInt32, process: consuming Descriptor, report: consuming Descriptor,
        atEnd: @escaping (RunningProgram, EndedAnswer) -> Void
    ) {
        self.number = number
        self.process = process
        self.report = report
        self.atEnd = atEnd
    }

    /// Readable when the first process has ended, and with it all others.
    var descriptor: Int32 { process.raw }

    func ready(_ events: Readiness) {
        let answer = RunReport.read(report)
        _ = cjail_reap(process.raw)
        atEnd(self, answer)
    }

    func signal(_ number: Int32) { _ = cjail_send_signal(process.raw, number) }
}

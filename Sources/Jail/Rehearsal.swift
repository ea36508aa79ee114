internal import CJail
internal import Confinement
internal import LinuxSystem

/// Every step of a run but the last, before anybody is told that the jail is ready: so what it says of its layers is true,
/// and a plan that cannot work fails once and not in every run.
enum Rehearsal {
    static func hold(_ jail: Jail) throws(FailedAnswer) {
        let run = JailRun(program: "/", arguments: ["rehearsal"])
        let start = RunStart(jail: jail, run: run, processesElsewhere: 0, isRehearsal: true)
        let answer: EndedAnswer
        do throws(SystemError) {
            let pipe = try Descriptor.pipe()
            let result = start.start(streams: [0, 1, 2], report: pipe.writing.raw)
            if result < 0 { throw SystemError(call: "clone", code: Int32(-result)) }
            let process = Descriptor(owning: Int32(result))
            _ = cjail_reap(process.raw)
            // Without our own writing end, or the end would never come.
            let reading = pipe.onlyReading()
            answer = RunReport.read(reading)
        } catch {
            throw FailedAnswer(.rehearse, code: error.code, subject: error.call)
        }
        switch answer.end {
        case .exited(0): return
        case .refused(let step, let code): throw FailedAnswer(step, code: code, subject: "a rehearsal")
        default: throw FailedAnswer(.rehearse, code: SystemError.notPermitted, subject: "the filter forbids to end")
        }
    }
}

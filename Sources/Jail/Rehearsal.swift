internal import CJail
internal import Confinement
internal import LinuxSystem

/// Every step of a run but the last, before anybody is told that the jail is ready: so what it says of its layers is true,
/// and a plan that cannot work fails once and not in every run.
enum Rehearsal {
    static func hold(_ tables: JailTables) throws(FailedAnswer) {
        if try run(tables.setup) == EndedAnswer.End.exited(0) { return }
        tables.installFilterLast()
        if tables.reportsCalls {
            if try run(tables.setup) == EndedAnswer.End.exited(0) { return }
            tables.reportNoCalls()
            return try hold(tables)
        }
        try demand(tables.setup)
    }

    private static func demand(_ setup: cjail_setup) throws(FailedAnswer) {
        switch try run(setup) {
        case .exited(0): return
        case .refused(let step, let code): throw FailedAnswer(step, code: code, subject: "a rehearsal")
        default: throw FailedAnswer(.rehearse, code: SystemError.notPermitted, subject: "the filter forbids to end")
        }
    }

    private static func run(_ setup: cjail_setup) throws(FailedAnswer) -> EndedAnswer.End {
        do throws(SystemError) {
            let prepared = try PreparedRun(setup)
            let order = RunOrder(
                JailRun(program: "/", arguments: ["rehearsal"]), processesElsewhere: 0, isRehearsal: true)
            // Where it cannot hear the order any more it says why.
            _ = prepared.give(order, descriptors: [0, 1, 2])
            prepared.reap()
            return prepared.readReport()?.end ?? .killed
        } catch {
            throw FailedAnswer(.rehearse, code: error.code, subject: error.call)
        }
    }
}

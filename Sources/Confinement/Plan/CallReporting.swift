/// How it becomes known which system calls a run was refused: a filter of questions, laid before the run's own, asks the run's
/// first process about each, which answers with an error and writes it down. It is never answered "go on". Without it (empty, or
/// where the kernel has no such questions) the same calls are refused by the run's own filter, and nobody is told.
package struct CallReporting: Sendable, Hashable {
    /// Asks about each refused call that is worth a word, and lets everything else pass to the filter behind it.
    package var questions: [UInt8] = []
    /// In place of `JailPlan.filter`. It refuses what that refuses but for what is asked about: an error of its own would be
    /// stronger than the question.
    package var filter: [UInt8] = []
    /// What is answered, by the call's number; EPERM for all others.
    package var errors: [CallError] = []

    package struct CallError: Sendable, Hashable {
        package let number: UInt32
        package let code: UInt16

        package init(number: UInt32, code: UInt16) {
            self.number = number
            self.code = code
        }
    }

    package init() {}

    package var isEmpty: Bool { questions.isEmpty }
}

/// A system call that a run was refused.
package struct RefusedCall: Sendable, Hashable {
    package let number: UInt32
    package let count: UInt32
    /// The first two, of the first time.
    package let arguments: [UInt64]
    /// The name of the process that was first, as the kernel has it: anybody may call himself anything.
    package let program: String

    package init(number: UInt32, count: UInt32, arguments: [UInt64], program: String) {
        self.number = number
        self.count = count
        self.arguments = arguments
        self.program = program
    }
}

/// One program to run in a jail that is already there.
package struct JailRun: Sendable, Hashable {
    /// An absolute path in the jail's view.
    package var program: String
    /// With the program's own name.
    package var arguments: [String]
    package var environment: [String: String]
    package var folder: String
    package var limits: RunLimits
    /// A program of ours, under `JailPlan.workerFilter`.
    package var isWorker = false

    package init(
        program: String, arguments: [String], environment: [String: String] = [:], folder: String = "/",
        limits: RunLimits = RunLimits()
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.folder = folder
        self.limits = limits
    }
}

/// What one process may use; nil: as much as the jail itself. Time on the wall is the host's to watch.
package struct RunLimits: Sendable, Hashable {
    package var cpuSeconds: UInt64?
    /// Private memory that can be written: what a program really takes.
    package var memoryBytes: UInt64?
    /// Everything mapped. Many run times reserve far more than they use.
    package var addressSpaceBytes: UInt64?
    /// Of the jail as a whole: the kernel counts by user. The processes that every run needs are added to it.
    package var processes: UInt64?
    package var openFiles: UInt64? = 1024
    package var fileBytes: UInt64?

    package init() {}
}

/// What a run did.
package struct JailOutcome: Sendable, Hashable {
    package enum End: Sendable, Hashable {
        case exited(Int32)
        case signaled(Int32)
        /// It never began: this step of its start failed.
        case refused(JailStep, code: Int32)
        /// Killed as a whole, by our hand or by the kernel for want of memory.
        case killed
        /// The jail around it ended.
        case lost(ZygoteError)
    }
    package var end: End
    /// Its time on the wall was over, and that is why it ended.
    package var timedOut = false
    package var cpuMicroseconds: UInt64 = 0
    /// The largest of its processes.
    package var memoryKilobytes: UInt64 = 0
    /// Programs that did not run for their arguments, each once; not known when the run was killed as a whole.
    package var refusedPrograms: [RefusedProgram] = []
    /// System calls that were refused, each once; not known when the run was killed as a whole.
    package var refusedCalls: [RefusedCall] = []

    package init(_ end: End) { self.end = end }
}

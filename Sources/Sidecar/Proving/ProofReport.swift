package import Confinement

/// What a proof has found.
package struct ProofReport: Sendable {
    package struct Line: Sendable {
        package let attempt: EscapeAttempt
        package let verdict: AttemptVerdict
        package let control: ControlOutcome
        /// Its control included.
        package let milliseconds: UInt64

        package init(
            attempt: EscapeAttempt, verdict: AttemptVerdict, control: ControlOutcome, milliseconds: UInt64 = 0
        ) {
            self.attempt = attempt
            self.verdict = verdict
            self.control = control
            self.milliseconds = milliseconds
        }
    }

    package var policy = ""
    package var host = Host()
    package var layers: JailLayers = []
    package var landlockVersion: UInt32 = 0
    package var lines: [Line] = []
    package var seconds = 0.0

    package init() {}

    package struct Host: Sendable {
        package var kernel = ""
        package var machine = ""
        /// Of the sidecar.
        package var user: UInt32 = 0
        /// Who runs are, outside.
        package var outsideUser: UInt32 = 0
        package var rung = ""
    }

    package func count(_ result: AttemptVerdict.Result) -> Int { lines.count { $0.verdict.result == result } }

    package var broken: [Line] { lines.filter { $0.verdict.result == .broken } }

    /// Groups in which nothing was shown: neither held nor openly allowed.
    package var emptyGroups: [EscapeGroup] {
        EscapeGroup.allCases.filter { group in
            let own = lines.filter { $0.attempt.group == group }
            return !own.isEmpty && own.allSatisfy { $0.verdict.result == .inconclusive }
        }
    }

    /// Nothing broke, and enough was tried that this means something.
    package var isProof: Bool { !lines.isEmpty && count(.broken) == 0 && count(.held) > 0 && emptyGroups.isEmpty }
}

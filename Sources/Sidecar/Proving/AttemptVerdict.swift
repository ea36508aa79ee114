/// What became of an attempt.
package struct AttemptVerdict: Sendable, Equatable {
    package enum Result: String, Sendable, CaseIterable {
        /// It did not work, and it would have without the jail, where that could be seen.
        case held
        /// It worked, and nothing in the policy allows it.
        case broken
        /// It worked, or is open to all, by a rule of the policy.
        case granted
        /// It shows nothing: it did not run, or would not have worked without the jail.
        case inconclusive
    }

    package var result: Result
    package var evidence: String

    package init(_ result: Result, _ evidence: String) {
        self.result = result
        self.evidence = evidence
    }
}

/// The same without the jail.
package struct ControlOutcome: Sendable, Equatable {
    package enum Result: String, Sendable, CaseIterable {
        case worked
        case failed
        case unsafe
        /// Refused to an ordinary user there as well, or there is nothing to try it on.
        case impossible = "not possible here"
    }

    package var result: Result
    package var reason: String

    package init(result: Result, reason: String) {
        self.result = result
        self.reason = reason
    }
}

/// All that is known of a run in the jail, from inside and from outside.
package struct AttemptFindings: Sendable, Equatable {
    /// Why there was no run that could have got anywhere; nil when there was.
    package var didNotRun: String?
    /// By whichever way the attempt's proof is found.
    package var worked = false
    /// What was seen of it.
    package var evidence = ""
    /// What the host saw besides: files changed, connections, a secret in what was written.
    package var breaches: [String] = []
    /// The rule by which the policy allows it; nil: none does.
    package var grant: String?
    /// A program without which nothing was tried.
    package var missingProgram: String?
    /// The stage is not as it was.
    package var hasChangedStage = false

    package init() {}
}

extension AttemptVerdict {
    /// Pure. In doubt never `held`.
    package static func judge(_ found: AttemptFindings, control: ControlOutcome) -> AttemptVerdict {
        if !found.breaches.isEmpty || found.worked {
            let seen = (found.breaches + [found.evidence]).filter { !$0.isEmpty }.joined(separator: "; ")
            // A breach is what the policy was asked about already; the attempt's own rule excuses only its own way.
            if let grant = found.grant, found.breaches.isEmpty {
                return AttemptVerdict(.granted, "by \(grant)" + (seen.isEmpty ? "" : ": \(seen)"))
            }
            return AttemptVerdict(.broken, seen.isEmpty ? "it worked" : seen)
        }
        if let reason = found.didNotRun { return AttemptVerdict(.inconclusive, reason) }
        if control.result == .failed {
            return AttemptVerdict(.inconclusive, "it does not work without the jail either: \(control.reason)")
        }
        if let program = found.missingProgram {
            let more = found.evidence.isEmpty ? "" : " (\(found.evidence))"
            return AttemptVerdict(.held, "\(program) is not in the jail\(more)")
        }
        return AttemptVerdict(.held, found.evidence.isEmpty ? "nothing came of it" : found.evidence)
    }
}

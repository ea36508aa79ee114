package import Confinement
package import LinuxSystem

/// A policy made ready for one workspace on one host: the jail to start, and what its runs get.
package struct CompiledPolicy: Sendable {
    package var plan = JailPlan()
    package var environment: [String: String] = [:]
    /// Where runs begin: the workspace, or the root where the view does not show it.
    package var folder = NormalPath.root
    package var limits = RunLimits()
    package var wall: TimeSpan?
    package var outputBytes: Int?
    /// Everything whose code can run, by where it really is.
    package var programs: [PlannedFile] = []
    package var libraries: [PlannedFile] = []
    package var notes: [PlanNote] = []
    /// What the numbers in `JailPlan.programRules` and in refusals stand for.
    package var argumentRules: [PlannedArgumentRule] = []
    /// What refusals of system calls point to.
    package var callRules = PlannedCallRules()
    /// Hosts may be reached, through the proxy alone.
    package var needsNetwork = false

    package init() {}

    /// Of a worker, which serves one request after the other: the time of each is its caller's to watch, and what it used
    /// the processor for all of them together says nothing.
    package var workerLimits: RunLimits {
        var result = limits
        result.cpuSeconds = nil
        return result
    }
}

/// A file as it was when the plan was made.
package struct PlannedFile: Sendable, Hashable {
    package let path: NormalPath
    package let file: HostFile
}

/// Something that a policy's author may want to know: the plan holds, and a rule means less or more here than it says.
package struct PlanNote: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A rule names something that is not on this host.
        case missing
        /// A library of a program was not found.
        case library
        /// A script's interpreter may not run.
        case interpreter
        /// The jail holds to this rule in part; the text of a call is judged by it as well.
        case notEnforced
        /// Git's data outside of the workspace are part of it.
        case git
        /// What the host's rung takes from the policy.
        case rung
    }

    package let kind: Kind
    package let message: String
    package let rule: String?
    package let place: RulePlace?

    package init<Value>(_ kind: Kind, _ message: String, _ rule: PolicyRule<Value>) {
        self.init(kind, message, name: rule.name, place: rule.place)
    }

    package init(_ kind: Kind, _ message: String, name: String? = nil, place: RulePlace? = nil) {
        self.kind = kind
        self.message = message
        rule = name
        self.place = place
    }
}

/// A policy that no jail on this host can hold to.
package struct PlanError: Error, Sendable, Equatable, CustomStringConvertible {
    package let message: String
    package let rule: String?
    package let place: RulePlace?

    package init(_ message: String, name: String? = nil, place: RulePlace? = nil) {
        self.message = message
        rule = name
        self.place = place
    }

    package var description: String { (place.map { "\($0): " } ?? "") + (rule.map { "\($0): " } ?? "") + message }
}

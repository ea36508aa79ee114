package import Confinement
package import LinuxSystem
package import Sandbox

/// What a proof is of.
package struct ProofSettings: Sendable {
    package var policy: Policy
    package var tool = "Bash"
    /// Where sidecar-jail and sidecar-probe are.
    package var folder: String
    /// Attempts to make; all by default.
    package var attempts = EscapeCatalog.all
    /// For tests: takes something from the jail, so that it can be seen that a proof notices.
    package var weaken: @Sendable (inout JailPlan) -> Void = { _ in }

    /// The same for the hosts that its proxy lets be reached.
    package var weakenNetwork: @Sendable (NetworkRules) -> NetworkRules = { $0 }

    /// Told before each attempt how many are made.
    package var onAttempt: @Sendable (Int) -> Void = { _ in }

    package init(policy: Policy, folder: String) {
        self.policy = policy
        self.folder = folder
    }

    static let probeName = "sidecar-probe"

    /// Beside the running program, where installation puts them.
    package static func folderOfThisProgram() throws(SystemError) -> String {
        let own = try File.linkTarget("/proc/self/exe")
        return String(own[..<(own.lastIndex(of: "/") ?? own.startIndex)])
    }
}

/// Why there is no proof.
package enum ProofFailure: Error, CustomStringConvertible {
    /// The policy cannot be compiled.
    case plan(PlanError)
    /// No jail as it is required.
    case jail(ZygoteError)
    case system(SystemError)
    case interrupted

    package var description: String {
        switch self {
        case .plan(let error): error.description
        case .jail(let error): error.description
        case .system(let error): error.description
        case .interrupted: "the proof was interrupted"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .plan: .wrongInput
        case .jail: .sandboxTooWeak
        case .system, .interrupted: .failed
        }
    }
}

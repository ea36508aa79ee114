/// What the end of a command tells a script. The numbers are promised: see docs/commands.md.
package enum ExitCode: Int32, Sendable, CaseIterable {
    case done = 0
    case failed = 1
    case wrongInput = 2
    case denied = 3
    case sandboxTooWeak = 4
    case timedOut = 124

    /// For programs.
    package var name: String {
        switch self {
        case .done: "done"
        case .failed: "failed"
        case .wrongInput: "wrong_input"
        case .denied: "denied"
        case .sandboxTooWeak: "sandbox_too_weak"
        case .timedOut: "timed_out"
        }
    }

    package var meaning: String {
        switch self {
        case .done: "done"
        case .failed: "the operation failed"
        case .wrongInput: "the call, the configuration or a policy file is wrong"
        case .denied: "a policy forbids it"
        case .sandboxTooWeak: "the sandbox cannot be made as strong as the policy requires on this host"
        case .timedOut: "a time limit ended it"
        }
    }
}

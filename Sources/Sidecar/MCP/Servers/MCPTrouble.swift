internal import MCP
internal import Sandbox

/// Why nothing came of what was asked of a server.
enum MCPTrouble: Error, Sendable, Equatable {
    /// There is no such server, or tool; with the nearest names.
    case unknown(String)
    /// The tool's own schema forbids these arguments; the server has not seen them.
    case wrongArguments(tool: String, [String])
    /// It does not run, and why.
    case notReady(String)
    case timedOut(String)
    case failed(String)
    /// By the server, with its own code.
    case refused(code: Int, String)
    /// By the policy.
    case denied(RunDenial)

    var message: String {
        switch self {
        case .unknown(let message), .notReady(let message), .timedOut(let message), .failed(let message),
            .refused(_, let message):
            message
        case .denied(let denial): "the policy denies it: \(denial.detail)"
        case .wrongArguments(let tool, let problems):
            "the arguments are not what `\(tool)` takes: \(problems.joined(separator: "; "))"
        }
    }

    var exitCode: ExitCode {
        switch self {
        case .unknown, .wrongArguments: .wrongInput
        case .notReady, .failed, .refused: .failed
        case .denied: .denied
        case .timedOut: .timedOut
        }
    }
}

internal import MCP

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

    var message: String {
        switch self {
        case .unknown(let message), .notReady(let message), .timedOut(let message), .failed(let message): message
        case .wrongArguments(let tool, let problems):
            "the arguments are not what `\(tool)` takes: \(problems.joined(separator: "; "))"
        }
    }

    var exitCode: ExitCode {
        switch self {
        case .unknown, .wrongArguments: .wrongInput
        case .notReady, .failed: .failed
        case .timedOut: .timedOut
        }
    }
}

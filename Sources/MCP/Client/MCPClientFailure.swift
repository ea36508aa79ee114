package import JSON
package import LinuxSystem

/// Why a request to a server has no result.
package enum MCPClientFailure: Error, Sendable, Equatable {
    /// The server's own error.
    case refused(code: Int, message: String, data: JSONValue?)
    case timedOut(TimeSpan)
    /// It answered, and what it said is no answer.
    case malformed(String)
    case cancelled
    /// It ended, or was never there.
    case gone(String)

    package var message: String {
        switch self {
        case .refused(let code, let message, _): "the server refused it: \(message) (\(code))"
        case .timedOut(let limit): "the server did not answer within \(limit)"
        case .malformed(let what): "the server's answer cannot be used: \(what)"
        case .cancelled: "it was cancelled"
        case .gone(let why): why
        }
    }
}

/// A request that waits for its answer.
package struct MCPRequestTicket: Hashable, Sendable {
    let number: Int
}

/// What a server can tell that it has changed.
package enum MCPOffered: String, Sendable, CaseIterable {
    case tools, resources, prompts
}

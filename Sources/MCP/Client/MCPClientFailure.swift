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

/// What a server can have a list of.
package enum MCPOffered: String, Sendable, CaseIterable {
    case tools, resources, templates, prompts

    /// Who promises resources may have templates of them too.
    package var capability: String { self == .templates ? "resources" : rawValue }
    package var method: String { self == .templates ? "resources/templates/list" : "\(rawValue)/list" }
    /// Where the list is in an answer.
    package var key: String { self == .templates ? "resourceTemplates" : rawValue }
    /// What tells one from another.
    package var name: String {
        switch self {
        case .tools, .prompts: "name"
        case .resources: "uri"
        case .templates: "uriTemplate"
        }
    }
}

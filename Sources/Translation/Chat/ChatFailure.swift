package import JSON

/// Reads what OpenAI-compatible APIs say when they refuse, and says it so that Anthropic's clients act on it. The
/// upstream's own words stay inside.
package enum ChatFailure {
    package static func read(status: Int, _ root: JSONElement, provider: String) -> UpstreamFailure {
        let error = root["error"] ?? root["detail"] ?? root
        let own =
            error["message"]?.string ?? error.string ?? root["message"]?.string ?? ShownBytes.text(root.sourceBytes)
        let code = error["code"]?.string ?? error["type"]?.string ?? ""
        // OpenRouter says what its own upstream said.
        let inner = error["metadata"]?["raw"].map { " (\($0.string ?? $0.sourceText))" } ?? ""
        let status = trueStatus(status, error)
        if let overflow = ContextOverflow(own + inner, error) {
            return UpstreamFailure(
                status: 400, kind: .invalidRequest, "\(overflow) (provider \(provider): \(own)\(inner))")
        }
        var failure = UpstreamFailure(status: status, "provider \(provider): \(own)\(inner)")
        // Credit does not come back by waiting.
        failure.isFinal = code == "insufficient_quota" || code == "billing_hard_limit_reached"
        return failure
    }

    /// An error inside of an answer of status 200 has its own status, if any.
    private static func trueStatus(_ status: Int, _ error: JSONElement) -> Int {
        if status >= 400 { return status }
        if let code = error["code"]?.int ?? error["status"]?.int, (400..<600).contains(code) { return code }
        // An event of type error has that for its type, and says what it was in its code.
        let type = error["type"]?.string
        switch type == nil || type == "error" ? error["code"]?.string : type {
        case "rate_limit_exceeded", "rate_limit_error", "insufficient_quota": return 429
        case "overloaded_error", "server_overloaded", "engine_overloaded_error": return 529
        case "invalid_request_error", "context_length_exceeded", "invalid_prompt": return 400
        case "authentication_error", "invalid_api_key": return 401
        default: return 502
        }
    }
}

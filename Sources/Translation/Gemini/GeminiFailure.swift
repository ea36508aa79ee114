package import JSON

/// Reads what Google's APIs say when they refuse.
package enum GeminiFailure {
    package static func read(_ root: JSONElement, status: Int, provider: String) -> UpstreamFailure {
        // Without server-sent events they answer with a list.
        let root = root[0] ?? root
        guard let error = root["error"] else {
            return UpstreamFailure(
                status: status >= 400 ? status : 502, "provider \(provider): \(ShownBytes.text(root.sourceBytes))")
        }
        let own = error["message"]?.string ?? error.string ?? ShownBytes.text(root.sourceBytes)
        let name = error["status"]?.string ?? ""
        if let overflow = ContextOverflow(own, error) {
            return UpstreamFailure(status: 400, kind: .invalidRequest, "\(overflow) (provider \(provider): \(own))")
        }
        let code = error["code"]?.int ?? 0
        var failure = UpstreamFailure(
            status: trueStatus(status >= 400 ? status : code, name, error), "provider \(provider): \(own)")
        failure.retryAfterSeconds = retrySeconds(error)
        return failure
    }

    private static func trueStatus(_ status: Int, _ name: String, _ error: JSONElement) -> Int {
        // A wrong key is a bad request there.
        let reasons = error["details"]?.elements.compactMap { $0["reason"]?.string } ?? []
        if reasons.contains("API_KEY_INVALID") || reasons.contains("ACCESS_TOKEN_EXPIRED") { return 401 }
        if (400..<600).contains(status) { return status }
        switch name {
        case "INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE": return 400
        case "UNAUTHENTICATED": return 401
        case "PERMISSION_DENIED": return 403
        case "NOT_FOUND": return 404
        case "RESOURCE_EXHAUSTED": return 429
        case "UNAVAILABLE": return 503
        case "DEADLINE_EXCEEDED": return 504
        default: return 502
        }
    }

    /// `"retryDelay": "36.4s"`, among the details.
    private static func retrySeconds(_ error: JSONElement) -> Int? {
        for detail in error["details"]?.elements.map(\.self) ?? [] {
            guard let delay = detail["retryDelay"]?.string, delay.hasSuffix("s"),
                let seconds = Double(delay.dropLast()), seconds >= 0, seconds < 86400
            else { continue }
            return max(1, Int(seconds.rounded(.up)))
        }
        return nil
    }
}

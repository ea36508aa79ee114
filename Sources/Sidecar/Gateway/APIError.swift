package import HTTP
internal import JSON
internal import Translation

/// An error of our own, as Anthropic's clients understand it. Errors of an upstream never become one of these: they pass
/// with their wording, because clients act on it.
package struct APIError: Error, Equatable, Sendable {
    package enum Kind: String, Sendable {
        case invalidRequest = "invalid_request_error"
        case authentication = "authentication_error"
        case permission = "permission_error"
        case notFound = "not_found_error"
        case billing = "billing_error"
        case tooLarge = "request_too_large"
        case rateLimit = "rate_limit_error"
        case timeout = "timeout_error"
        case overloaded = "overloaded_error"
        case api = "api_error"
    }

    package let status: Int
    package let kind: Kind
    package let message: String
    /// When to ask again, as an upstream put it.
    package var retryAfter: String?
    /// Asking again cannot help, although the status says that it might.
    package var isFinal = false

    package init(_ status: Int, _ kind: Kind, _ message: String) {
        self.status = status
        self.kind = kind
        self.message = message
    }

    /// The same in other words.
    func saying(_ message: String) -> APIError {
        var error = APIError(status, kind, message)
        error.retryAfter = retryAfter
        error.isFinal = isFinal
        return error
    }

    package init(_ refusal: RequestHeadParser.Refusal) {
        let kind: Kind =
            switch refusal.status {
            case 413: .tooLarge
            case 408: .timeout
            case 500...: .api
            default: .invalidRequest
            }
        self.init(refusal.status, kind, refusal.reason)
    }

    /// In the shape of the API that the client speaks.
    func body(for record: RequestRecord) -> [UInt8] {
        if record.path == "/mcp" { return rpcBody() }
        guard record.route.isOpenAI else { return body(requestID: record.id) }
        var writer = JSONWriter()
        UpstreamFailure(status: status, kind: UpstreamFailure.Kind(rawValue: kind.rawValue), message).writeChat(
            to: &writer)
        return writer.take()
    }

    package func body(requestID: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("type")
        writer.string("error")
        writer.key("error")
        writer.beginObject()
        writer.key("type")
        writer.string(kind.rawValue)
        writer.key("message")
        writer.string(message)
        writer.endObject()
        writer.key("request_id")
        writer.string(requestID)
        writer.endObject()
        return writer.take()
    }
}

package import JSON

/// What went wrong at a provider, in Anthropic's words, with the provider's own wording inside.
package struct UpstreamFailure: Error, Equatable, Sendable {
    package enum Kind: String, Sendable {
        case invalidRequest = "invalid_request_error"
        case authentication = "authentication_error"
        case billing = "billing_error"
        case permission = "permission_error"
        case notFound = "not_found_error"
        case tooLarge = "request_too_large"
        case rateLimit = "rate_limit_error"
        case timeout = "timeout_error"
        case overloaded = "overloaded_error"
        case api = "api_error"

        package init(status: Int) {
            switch status {
            case 401: self = .authentication
            case 402: self = .billing
            case 403: self = .permission
            case 404: self = .notFound
            case 408, 504: self = .timeout
            case 413: self = .tooLarge
            case 429: self = .rateLimit
            case 503, 529: self = .overloaded
            case 400..<500: self = .invalidRequest
            default: self = .api
            }
        }
    }

    package let status: Int
    package let kind: Kind
    package var message: String
    /// Asking again cannot help, although the status says that it might.
    package var isFinal = false
    /// Said in the body, where the answer has no field for it.
    package var retryAfterSeconds: Int?

    package init(status: Int, kind: Kind? = nil, _ message: String) {
        self.status = status
        self.kind = kind ?? Kind(status: status)
        self.message = message
    }

    package func write(to writer: inout JSONWriter, requestID: String?) {
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
        if let requestID {
            writer.key("request_id")
            writer.string(requestID)
        }
        writer.endObject()
    }
}

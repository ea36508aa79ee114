package import JSON

/// Reads what Bedrock says when it refuses: as a status, or as an exception inside of a stream.
package enum BedrockFailure {
    package static func read(_ root: JSONElement, status: Int, provider: String) -> UpstreamFailure {
        let own = words(root) ?? ShownBytes.text(root.sourceBytes)
        // Behind a hash where the service has a name for its kind.
        let type = root["__type"]?.string?.split(separator: "#").last.map(String.init)
        return failure(own, type, root, status: status, provider)
    }

    /// `{"type": …, "body": …}`, as `AWSEventStream` writes them.
    static func read(exception: JSONElement, provider: String) -> UpstreamFailure {
        let type = exception["type"]?.string ?? ""
        guard let body = exception["body"] else {
            return UpstreamFailure(status: 502, "provider \(provider) ended its stream with \(type)")
        }
        return failure(words(body) ?? type, type, body, status: 200, provider)
    }

    private static func words(_ body: JSONElement) -> String? {
        let text = body["message"]?.string ?? body["Message"]?.string ?? body["originalMessage"]?.string
        return text.map(withoutSecrets).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A signature that does not fit is answered with all that should have been signed, tokens among it.
    private static func withoutSecrets(_ text: String) -> String {
        for words in ["The Canonical String", "The canonical string", "The String-to-Sign"] {
            if let place = text.offset(of: words) {
                return String(decoding: text.utf8.prefix(place), as: UTF8.self)
                    .split(whereSeparator: \.isWhitespace).joined(separator: " ")
            }
        }
        return text
    }

    private static func failure(
        _ own: String, _ type: String?, _ body: JSONElement, status: Int, _ provider: String
    ) -> UpstreamFailure {
        let status = trueStatus(status, type?.lowercased() ?? "", own.lowercased(), body)
        // A quota of tokens a minute is no long prompt.
        if status == 400 || status == 413, let overflow = ContextOverflow(own, body) {
            return UpstreamFailure(status: 400, kind: .invalidRequest, "\(overflow) (provider \(provider): \(own))")
        }
        return UpstreamFailure(status: status, "provider \(provider): \(own)")
    }

    private static func trueStatus(_ status: Int, _ type: String, _ own: String, _ body: JSONElement) -> Int {
        // Who one is and what one may do are both 403 there.
        let isUnknown =
            ["security token", "signature", "api key is valid", "missing authentication token", "invalid api key"]
            .contains { own.hasText($0) }
        if status == 403, isUnknown { return 401 }
        switch type {
        case "accessdeniedexception": return isUnknown ? 401 : 403
        case "throttlingexception", "modelnotreadyexception": return 429
        case "validationexception", "servicequotaexceededexception": return 400
        case "resourcenotfoundexception": return 404
        case "modeltimeoutexception": return 504
        case "internalserverexception": return 500
        case "serviceunavailableexception": return 503
        default: break
        }
        switch status {
        // The model failed, not the request: 408 and 424 would be taken for the client's fault.
        case 408: return 504
        case 424: return modelStatus(body)
        case 400..<600: return status
        default: return type.hasPrefix("modelstreamerror") || type.hasPrefix("modelerror") ? modelStatus(body) : 502
        }
    }

    private static func modelStatus(_ body: JSONElement) -> Int {
        guard let own = body["originalStatusCode"]?.int, (400..<600).contains(own) else { return 502 }
        return own
    }
}

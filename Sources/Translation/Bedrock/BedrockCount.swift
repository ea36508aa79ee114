package import JSON

/// What `CountTokens` is asked, and what it answers.
package enum BedrockCount {
    /// The whole request of a Claude model, as the model would get it, in base64.
    package static func encode(_ request: EncodedRequest) -> [UInt8] {
        (["input": ["invokeModel": ["body": .string(Base64.encode(request.body))]]] as JSONValue).bytes()
    }

    package static func body(_ root: JSONElement, provider: String) throws(UpstreamFailure) -> [UInt8] {
        guard let count = root["inputTokens"]?.int else {
            throw UpstreamFailure(
                status: 502, "provider \(provider) counted without a total: \(ShownBytes.text(root.sourceBytes))")
        }
        return (["input_tokens": .int(count)] as JSONValue).bytes()
    }

    /// Not every model is counted, not everybody may ask, and a group of regions is no model there.
    package static func isNotThere(_ failure: UpstreamFailure) -> Bool {
        failure.status == 403 || failure.status == 404
            || failure.status == 400 && failure.message.lowercased().hasText("count")
    }
}

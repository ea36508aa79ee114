package import JSON

/// What `countTokens` answers, for a client that counts with Anthropic's API.
package enum GeminiCount {
    package static func body(_ root: JSONElement, provider: String) throws(UpstreamFailure) -> [UInt8] {
        guard let count = root["totalTokens"]?.int else {
            throw UpstreamFailure(
                status: 502, "provider \(provider) counted without a total: \(ShownBytes.text(root.sourceBytes))")
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("input_tokens")
        writer.int(count)
        writer.endObject()
        return writer.take()
    }
}

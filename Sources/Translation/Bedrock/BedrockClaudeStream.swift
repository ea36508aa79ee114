package import JSON

/// Anthropic's own events inside of Bedrock's: `{"chunk": {"bytes": base64}}`.
package struct BedrockClaudeStream: AnswerCodec, ~Copyable {
    private let context: MessageContext
    private var events: HostedClaudeStream
    private var text = EventText()

    package init(_ context: MessageContext) {
        self.context = context
        events = HostedClaudeStream(context)
    }

    package var hasEnded: Bool { events.hasEnded }
    package var failure: UpstreamFailure? { events.failure }
    package mutating func begin() { events.begin() }
    package mutating func drain(_ body: (UnsafeRawBufferPointer) -> Void) { events.drain(body) }
    package mutating func end(cut: String?) { events.end(cut: cut) }
    package mutating func fail(_ failure: UpstreamFailure) { events.fail(failure) }

    package mutating func event(_ data: UnsafeRawBufferPointer, _ parser: JSONParser) {
        guard !hasEnded, failure == nil, !data.isEmpty else { return }
        do throws(UpstreamFailure) {
            // The parser has room for one text at a time.
            let inner = try text.parse(data, parser, context).withRoot { (root) throws(UpstreamFailure) in
                try inside(root)
            }
            inner?.withUnsafeBytes { events.event($0, parser) }
        } catch {
            fail(error)
        }
    }

    /// nil for an event that says nothing.
    private func inside(_ root: JSONElement) throws(UpstreamFailure) -> [UInt8]? {
        if let exception = root["exception"] {
            throw BedrockFailure.read(exception: exception, provider: context.provider)
        }
        guard let chunk = root["chunk"] else { return nil }
        guard let bytes = chunk["bytes"]?.string.flatMap(Base64.decode) else {
            throw UpstreamFailure(
                status: 502, "\(context.who) sent a chunk without bytes: \(ShownBytes.text(chunk.sourceBytes))")
        }
        return bytes
    }

    package static func whole(
        _ root: JSONElement, _ context: MessageContext
    ) throws(UpstreamFailure) -> (body: [UInt8], counts: TokenCounts?) {
        try HostedClaudeStream.whole(root, context)
    }

    package static func refusal(_ root: JSONElement, status: Int, _ context: MessageContext) -> UpstreamFailure {
        BedrockFailure.read(root, status: status, provider: context.provider)
    }
}

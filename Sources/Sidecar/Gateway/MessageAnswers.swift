internal import HTTP
internal import JSON
internal import Translation

/// Anthropic's messages for a client of OpenAI's chat completions.
final class MessageAnswers: AnswerTranslation {
    private let context: ChatOutContext
    private let parser: JSONParser
    private var scanner = EventStreamScanner()
    private var stream: ChatOutStream
    private var wholeCounts: TokenCounts?

    init(_ context: ChatOutContext, _ parser: JSONParser) {
        self.context = context
        self.parser = parser
        stream = ChatOutStream(context)
    }

    var failure: UpstreamFailure? { stream.failure }
    var hasEnded: Bool { stream.hasEnded || stream.failure != nil }
    var signOfLife: String? { ChatOutStream.signOfLife }
    var usage: TokenUsage? {
        let counts = wholeCounts ?? stream.counts
        var usage = TokenUsage()
        usage.input = counts.input
        usage.output = counts.output
        usage.cacheRead = counts.cacheRead
        usage.cacheCreation = counts.cacheCreation
        return usage
    }

    func begin(_ output: (UnsafeRawBufferPointer) -> Void) {
        stream.begin()
        drain(output)
    }

    func scan(_ bytes: UnsafeRawBufferPointer, _ output: (UnsafeRawBufferPointer) -> Void) {
        scanner.scan(bytes) { block in
            let event = ServerSentEvent(block)
            if !event.data.isEmpty { stream.event(event.data, parser) }
        }
        drain(output)
    }

    func end(cut: String?, _ output: (UnsafeRawBufferPointer) -> Void) {
        stream.end(cut: cut)
        drain(output)
    }

    private func drain(_ output: (UnsafeRawBufferPointer) -> Void) {
        stream.drain { if !$0.isEmpty { output($0) } }
    }

    func whole(status: Int, _ bytes: UnsafeRawBufferPointer) throws(UpstreamFailure) -> [UInt8] {
        let document: JSONDocument
        do {
            document = try parser.parse(copying: bytes)
        } catch {
            throw UpstreamFailure(
                status: status >= 400 ? status : 502,
                "the provider answered with something that is not JSON: "
                    + ShownBytes.text(bytes))
        }
        guard status == 200 else { throw UpstreamFailure.read(anthropic: document.root, status: status) }
        let answer = try ChatOutAnswer(document.root, context)
        wholeCounts = answer.counts
        return answer.body
    }
}

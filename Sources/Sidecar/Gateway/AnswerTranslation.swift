internal import HTTP
internal import JSON
internal import Translation

/// Stands between an upstream of one API and a client of another, for one answer: what the upstream sends goes in, what the
/// client understands comes out.
protocol AnswerTranslation: AnyObject {
    /// Ended the answer: as a status while nothing was said, within the stream later.
    var failure: UpstreamFailure? { get }
    var hasEnded: Bool { get }
    /// nil: what Anthropic's clients take.
    var signOfLife: String? { get }
    /// nil: what the events say that pass.
    var usage: TokenUsage? { get }

    func begin(_ output: (UnsafeRawBufferPointer) -> Void)
    func scan(_ bytes: UnsafeRawBufferPointer, _ output: (UnsafeRawBufferPointer) -> Void)
    /// `cut` says why the stream is not whole, where the connection knows.
    func end(cut: String?, _ output: (UnsafeRawBufferPointer) -> Void)
    func whole(status: Int, _ bytes: UnsafeRawBufferPointer) throws(UpstreamFailure) -> [UInt8]
}

extension AnswerTranslation {
    var signOfLife: String? { nil }
    var usage: TokenUsage? { nil }
}

/// A longer answer than any model gives is a mistake, and has to fit into memory until it is whole.
enum TranslatedAnswer {
    static let heldBytesMax = 64 << 20
}

/// Chat completions for a client of Anthropic's API.
final class ChatAnswers: AnswerTranslation {
    private let context: ChatAnswerContext
    private let parser: JSONParser
    private var scanner = EventStreamScanner()
    private var stream: ChatStream

    init(_ context: ChatAnswerContext, _ parser: JSONParser) {
        self.context = context
        self.parser = parser
        stream = ChatStream(context)
    }

    var failure: UpstreamFailure? { stream.failure }
    var hasEnded: Bool { stream.hasEnded || stream.failure != nil }

    // MARK: Streams

    func begin(_ output: (UnsafeRawBufferPointer) -> Void) {
        stream.begin()
        drain(output)
    }

    func scan(_ bytes: UnsafeRawBufferPointer, _ output: (UnsafeRawBufferPointer) -> Void) {
        scanner.scan(bytes) { block in
            let event = ServerSentEvent(block)
            if !event.data.isEmpty { stream.event(event.data, parser) }
        }
        if scanner.skippedEvents > 0 {
            stream.fail(
                UpstreamFailure(
                    status: 502,
                    "provider \(context.provider) sent an event of more than \(EventStreamScanner.eventBytesMax) bytes")
            )
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

    // MARK: Whole answers

    func whole(status: Int, _ bytes: UnsafeRawBufferPointer) throws(UpstreamFailure) -> [UInt8] {
        let document: JSONDocument
        do {
            document = try parser.parse(copying: bytes)
        } catch {
            throw ChatFailure.read(status: status, text: bytes, provider: context.provider)
        }
        guard status == 200 else { throw ChatFailure.read(status: status, document.root, provider: context.provider) }
        return try ChatAnswer(document.root, context).body
    }
}

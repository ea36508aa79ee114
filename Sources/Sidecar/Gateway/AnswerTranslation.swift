internal import HTTP
internal import JSON
internal import Translation

/// Stands between an upstream of another API and a client, for one answer: what the upstream sends goes in, what the client
/// understands comes out.
final class AnswerTranslation {
    private let context: ChatAnswerContext
    private let parser: JSONParser
    private var scanner = EventStreamScanner()
    private var stream: ChatStream

    /// A longer answer than any model gives is a mistake, and has to fit into memory until it is whole.
    static let heldBytesMax = 64 << 20

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

    /// `cut` says why it is not whole, where the connection knows.
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

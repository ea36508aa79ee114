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
    /// The content type of the upstream's streams.
    var streamType: String { get }
    /// Takes secrets out of what is said of a stream that failed: it may quote what the upstream has sent.
    var redact: ((String) -> String)? { get set }

    func begin(_ output: (UnsafeRawBufferPointer) -> Void)
    func scan(_ bytes: UnsafeRawBufferPointer, _ output: (UnsafeRawBufferPointer) -> Void)
    /// `cut` says why the stream is not whole, where the connection knows.
    func end(cut: String?, _ output: (UnsafeRawBufferPointer) -> Void)
    func whole(status: Int, _ bytes: UnsafeRawBufferPointer) throws(UpstreamFailure) -> [UInt8]
}

extension AnswerTranslation {
    var streamType: String { Relay.streamType }

    /// Where nothing is quoted.
    var redact: ((String) -> String)? {
        get { nil }
        set {}
    }
}

/// A longer answer than any model gives is a mistake, and has to fit into memory until it is whole.
enum TranslatedAnswer {
    static let heldBytesMax = 64 << 20
}

/// The answers of one codec.
final class CodecAnswers<Codec: AnswerCodec & ~Copyable>: AnswerTranslation {
    private let context: Codec.Context
    private let parser: JSONParser
    let streamType: String
    var redact: ((String) -> String)?
    private var framing: any StreamFraming
    private var stream: Codec
    private var wholeCounts: TokenCounts?

    init(
        _ context: Codec.Context, _ parser: JSONParser, framing: any StreamFraming = EventFraming(),
        streamType: String = Relay.streamType
    ) {
        self.context = context
        self.parser = parser
        self.framing = framing
        self.streamType = streamType
        stream = Codec(context)
    }

    var failure: UpstreamFailure? { stream.failure }
    var hasEnded: Bool { stream.hasEnded || stream.failure != nil }
    var signOfLife: String? { Codec.signOfLife }
    var usage: TokenUsage? { (wholeCounts ?? stream.ownCounts).map(TokenUsage.init) }

    // MARK: Streams

    func begin(_ output: (UnsafeRawBufferPointer) -> Void) {
        stream.begin()
        drain(output)
    }

    func scan(_ bytes: UnsafeRawBufferPointer, _ output: (UnsafeRawBufferPointer) -> Void) {
        if let complaint = framing.scan(bytes, event: { stream.event($0, parser) }) {
            stream.fail(UpstreamFailure(status: 502, "\(context.who) sent \(complaint)"))
        }
        drain(output)
    }

    func end(cut: String?, _ output: (UnsafeRawBufferPointer) -> Void) {
        stream.end(cut: cut)
        drain(output)
    }

    private func drain(_ output: (UnsafeRawBufferPointer) -> Void) {
        let redact = stream.failure == nil ? nil : redact
        stream.drain { bytes in
            if bytes.isEmpty { return }
            guard let redact else { return output(bytes) }
            Array(redact(String(decoding: bytes, as: UTF8.self)).utf8).withUnsafeBytes(output)
        }
    }

    // MARK: Whole answers

    func whole(status: Int, _ bytes: UnsafeRawBufferPointer) throws(UpstreamFailure) -> [UInt8] {
        let document: JSONDocument
        do {
            document = try parser.parse(copying: bytes)
        } catch {
            throw UpstreamFailure(notJSON: bytes, status: status, who: context.who)
        }
        guard status == 200 else { throw Codec.refusal(document.root, status: status, context) }
        let (body, counts) = try Codec.whole(document.root, context)
        wholeCounts = counts
        return body
    }
}

/// From an upstream's API to Anthropic's, and on to the client's own. Each of the two knows nothing of the other, so every
/// API in front goes with every one behind.
final class ChainedAnswers: AnswerTranslation {
    private let first: any AnswerTranslation
    private let second: any AnswerTranslation

    init(_ first: any AnswerTranslation, _ second: any AnswerTranslation) {
        self.first = first
        self.second = second
    }

    var failure: UpstreamFailure? { second.failure ?? first.failure }
    var hasEnded: Bool { second.hasEnded || first.hasEnded }
    var signOfLife: String? { second.signOfLife }
    var streamType: String { first.streamType }

    var redact: ((String) -> String)? {
        get { first.redact }
        set {
            first.redact = newValue
            second.redact = newValue
        }
    }
    var usage: TokenUsage? { second.usage }

    func begin(_ output: (UnsafeRawBufferPointer) -> Void) { first.begin { second.scan($0, output) } }

    func scan(_ bytes: UnsafeRawBufferPointer, _ output: (UnsafeRawBufferPointer) -> Void) {
        first.scan(bytes) { second.scan($0, output) }
    }

    func end(cut: String?, _ output: (UnsafeRawBufferPointer) -> Void) {
        first.end(cut: cut) { second.scan($0, output) }
        // What failed before anything was said has no event; it becomes a status.
        if first.failure == nil { second.end(cut: cut, output) }
    }

    func whole(status: Int, _ bytes: UnsafeRawBufferPointer) throws(UpstreamFailure) -> [UInt8] {
        let message = try first.whole(status: status, bytes)
        return try message.withUnsafeBufferPointer { (message) throws(UpstreamFailure) in
            try second.whole(status: 200, UnsafeRawBufferPointer(message))
        }
    }
}

extension TokenUsage {
    init(_ counts: TokenCounts) {
        self.init()
        input = counts.input
        output = counts.output
        cacheRead = counts.cacheRead
        cacheCreation = counts.cacheCreation
    }
}

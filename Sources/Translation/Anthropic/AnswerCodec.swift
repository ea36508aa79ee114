package import JSON

/// What is known of a request when its answer is read, as far as every codec needs it.
package protocol AnswerContext: Sendable {
    /// Whose answer it is, for messages to people.
    var who: String { get }
}

/// Turns the answers of one API into those of another: a stream event by event in the moment each comes, or a whole answer
/// at once. Pure: bytes in, bytes out. How the upstream cuts its stream makes no difference.
package protocol AnswerCodec: ~Copyable {
    associatedtype Context: AnswerContext

    /// Something that changes nothing and shows the client that the stream lives; nil: what Anthropic's clients take.
    static var signOfLife: String? { get }

    init(_ context: Context)

    var hasEnded: Bool { get }
    /// The failure that ended the stream; the gateway may send it as a status while nothing was written yet.
    var failure: UpstreamFailure? { get }
    /// nil: what Anthropic's events say that pass.
    var ownCounts: TokenCounts? { get }

    /// What clients must see before anything else can be said to them.
    mutating func begin()
    /// The data of one event.
    mutating func event(_ data: UnsafeRawBufferPointer, _ parser: JSONParser)
    /// The upstream has ended its answer. `cut` says why it was not whole, where the connection knows.
    mutating func end(cut: String?)
    mutating func fail(_ failure: UpstreamFailure)
    /// What the client gets since the last time. The memory stays.
    mutating func drain(_ body: (UnsafeRawBufferPointer) -> Void)

    /// A whole answer of status 200.
    static func whole(
        _ root: JSONElement, _ context: Context
    ) throws(UpstreamFailure) -> (body: [UInt8], counts: TokenCounts?)
    /// What the upstream says when it refuses.
    static func refusal(_ root: JSONElement, status: Int, _ context: Context) -> UpstreamFailure
}

extension AnswerCodec where Self: ~Copyable {
    package static var signOfLife: String? { nil }
    package var ownCounts: TokenCounts? { nil }
}

extension UpstreamFailure {
    /// An answer that is no JSON: an HTML page, or nothing.
    package init(notJSON text: UnsafeRawBufferPointer, status: Int, who: String) {
        self.init(status: status >= 400 ? status : 502, "\(who): HTTP \(status): \(ShownBytes.text(text))")
    }
}

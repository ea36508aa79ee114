internal import HTTP
internal import JSON
internal import LinuxSystem
internal import Translation

/// Passes one answer from an upstream to a client, piece by piece in the moment it arrives, and notes on the way what the log
/// and the metrics want to know. Lives on one loop, for one exchange.
///
/// A stream goes through untouched. An answer that does not stream is held until it is whole, which it nearly always is
/// after one read, so that half of one never passes for an answer; a large one goes through as it comes.
final class Relay: TransferSink {
    struct Settings: Sendable {
        let keepAlive: TimeSpan
        let keepAliveInterval: TimeSpan
    }

    enum Outcome {
        case answered
        case clientLeft
        /// Nothing was sent to the client yet.
        case failed(APIError, TransferError.Kind?)
        /// The answer broke off after it had begun.
        case broken(String, TransferError.Kind)
    }

    /// Beyond this an answer is passed on unchecked rather than held.
    static let heldBytesMax = 1 << 20
    /// What an error shows of an answer that makes no sense.
    static let shownBytesMax = 200

    static let streamType = "text/event-stream"

    let exchange: ServerExchange
    private let parser: JSONParser
    let provider: String
    private let address: String
    let settings: Settings
    /// The answer must be a JSON object or an event stream: true for the routes whose format we know.
    private let expectsModelAnswer: Bool
    /// For answers to which the upstream gave no name of its own.
    let requestID: String
    let extraFields: HTTPFields
    /// For an upstream of another API; nil: what it sends is what the client gets.
    let translation: (any AnswerTranslation)?

    /// Told when the answer turns out to be a stream.
    var onStream: (() -> Void)?
    var transfer: Transfer?
    private var upload: Upload?
    private var waiter: CheckedContinuation<Outcome, Never>?
    private var outcome: Outcome?
    var held: (head: ResponseHead, bytes: ByteBuffer)?
    var watch: StreamWatch?
    private lazy var timer = LoopTimer { [unowned self] in showSignOfLife() }
    /// False where the client was told how many bytes come: one more would be taken for the next answer.
    var maySignal = false
    /// The client does not take what it was sent; more would only wait in memory.
    private var isHeldUp = false

    var upstreamID: String?
    private(set) var usage = TokenUsage()
    private(set) var keepAlives = 0
    private(set) var firstContentAt: Instant?
    var isStream = false
    private(set) var streamFailure: String?
    var passedStream: Bool { watch != nil }

    init(
        _ exchange: ServerExchange, parser: JSONParser, provider: String, address: String, settings: Settings,
        expectsModelAnswer: Bool, requestID: String, extraFields: HTTPFields,
        translation: (any AnswerTranslation)? = nil
    ) {
        self.exchange = exchange
        self.parser = parser
        self.provider = provider
        self.address = address
        self.settings = settings
        self.expectsModelAnswer = expectsModelAnswer
        self.requestID = requestID
        self.extraFields = extraFields
        self.translation = translation
    }

    /// Sends the request and passes the answer on; returns when all is over.
    func run(
        _ request: UpstreamRequest, to target: UpstreamTarget, on client: UpstreamClient, upload: Upload?
    ) async -> Outcome {
        if exchange.clientHasLeft { return .clientLeft }
        exchange.onClientLeft = { [self] in
            transfer?.cancel()
            settle(.clientLeft)
        }
        exchange.onDrain = { [self] in
            isHeldUp = false
            transfer?.resume()
        }
        defer {
            exchange.onClientLeft = nil
            exchange.onDrain = nil
            upload?.letGo()
        }
        do {
            let started = try client.start(request, to: target, self)
            if outcome == nil {
                transfer = started
                self.upload = upload
                upload?.transfer = started
                upload?.onRefusal = { [self] in uploadWasRefused() }
            } else {
                // The client may have left before there was anything to cancel.
                started.cancel()
            }
        } catch {
            return .failed(APIError(500, .api, "no request to provider \(provider) can be made: \(error)"), nil)
        }
        if let outcome { return outcome }
        return await withCheckedContinuation { waiter = $0 }
    }

    private func uploadWasRefused() {
        guard let refusal = upload?.refusal else { return }
        // Half an answer cannot be taken back; the client must at least see that it is not whole.
        if exchange.hasAnswered { exchange.abort() }
        settle(.failed(APIError(refusal), nil))
    }

    func settle(_ result: Outcome) {
        if outcome != nil { return }
        outcome = result
        transfer = nil
        upload?.letGo()
        upload = nil
        timer.disarm()
        waiter?.resume(returning: result)
        waiter = nil
    }

    // MARK: The answer

    func transferDidReceive(_ head: ResponseHead) {
        if translation != nil { return receiveTranslated(head) }
        var head = head
        upstreamID = head.fields["request-id"]
        let type = head.fields["content-type"] ?? ""
        isStream = type.hasPrefixIgnoringCase(Self.streamType)
        let count = Self.contentLength(head.fields)
        ForwardedFields.filterResponse(&head.fields)
        if upstreamID == nil { head.fields.append("request-id", requestID) }
        head.fields.append(extraFields)
        if isStream && head.status == 200 {
            beginStream(head, count)
        } else if expectsModelAnswer && head.status == 200 && exchange.head.method != "HEAD" {
            held = (head, ByteBuffer(capacity: min(count ?? 4096, Self.heldBytesMax)))
        } else {
            exchange.begin(head, bodyCount: ResponseHead.hasNoBody(head.status) ? nil : count)
        }
    }

    /// Only what can mean one thing: with two numbers, we and libcurl could each believe another.
    private static func contentLength(_ fields: HTTPFields) -> Int? {
        guard fields.count(of: "content-length") == 1, let text = fields["content-length"] else { return nil }
        return text.withBytes { $0.allSatisfy { (0x30...0x39).contains($0) } } ? Int(text) : nil
    }

    func beginStream(_ head: ResponseHead, _ count: Int?) {
        isStream = true
        maySignal = count == nil
        watch = StreamWatch()
        onStream?()
        exchange.begin(head, bodyCount: count)
        scheduleSignOfLife(after: settings.keepAlive)
    }

    func transferDidReceive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if let translation { return receiveTranslated(bytes, translation) }
        guard let held else { return observeAndPass(bytes) }
        held.bytes.append(bytes)
        if EventStreamScanner.looksLikeEvents(held.bytes.readable) {
            // A stream under a wrong content type: clients take it, so it must not wait for its end here.
            self.held = nil
            beginStream(held.head, nil)
            return observeAndPass(held.bytes.readable)
        }
        if firstContentAt == nil { firstContentAt = exchange.loop.clock.now() }
        return held.bytes.count <= Self.heldBytesMax || letGo(held.head, held.bytes)
    }

    func observeAndPass(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if watch != nil { observe(bytes) }
        return pass(bytes)
    }

    func pass(_ bytes: UnsafeRawBufferPointer) -> Bool {
        isHeldUp = !exchange.write(bytes)
        return !isHeldUp
    }

    private func observe(_ bytes: UnsafeRawBufferPointer) {
        watch?.scan(bytes, parser)
        if firstContentAt == nil, watch?.hasContent == true { firstContentAt = exchange.loop.clock.now() }
        scheduleSignOfLife(after: settings.keepAlive)
    }

    /// Too large to hold: goes on as it is.
    private func letGo(_ head: ResponseHead, _ bytes: ByteBuffer) -> Bool {
        held = nil
        exchange.begin(head, bodyCount: nil)
        return pass(bytes.readable)
    }

    func transferDidEnd(_ error: TransferError?) {
        transfer = nil
        if let translation { return endTranslated(error, translation) }
        noteStream()
        if let error { return fail(error) }
        if let held {
            if let complaint = complaint(about: held.bytes, held.head) { return settle(.failed(complaint, .malformed)) }
            self.held = nil
            exchange.respond(held.head, held.bytes.readable)
        } else {
            exchange.end()
        }
        settle(.answered)
    }

    func noteStream() {
        guard let watch else { return }
        usage = translation?.usage ?? watch.usage
        streamFailure = translation?.failure?.message ?? watch.failure
    }

    func noteWhole(_ body: [UInt8]) {
        if firstContentAt == nil { firstContentAt = exchange.loop.clock.now() }
        if let usage = translation?.usage {
            self.usage = usage
        } else if let usage = try? parser.parse(copying: body).root["usage"] {
            self.usage = TokenUsage(usage)
        }
    }

    func fail(_ error: TransferError) {
        if exchange.hasAnswered {
            exchange.abort()
            return settle(.broken("\(who): \(error)", error.kind))
        }
        settle(.failed(apiError(error), error.kind))
    }

    var who: String { "provider \(provider) at \(address)" }

    private func apiError(_ error: TransferError) -> APIError {
        switch error.kind {
        case .unreachable: APIError(502, .api, "\(who) cannot be reached (1 attempt): \(error)")
        case .tooSlow: APIError(504, .timeout, "\(who) did not answer (1 attempt): \(error)")
        case .malformed: APIError(502, .api, "\(who) sent something that is no HTTP answer: \(error)")
        case .cut, .cancelled: APIError(502, .api, "\(who) broke off before its answer was whole: \(error)")
        }
    }

    /// What is wrong with an answer of status 200 that should be a message.
    private func complaint(about bytes: ByteBuffer, _ head: ResponseHead) -> APIError? {
        do {
            let root = try parser.parse(bytes.readable).root
            if root.isObject, let usage = root["usage"] { self.usage = TokenUsage(usage) }
            return nil
        } catch {
            let type = head.fields["content-type"] ?? "no content type"
            let shown = String(decoding: bytes.readable.prefix(Self.shownBytesMax), as: UTF8.self)
            return APIError(
                502, .api,
                "\(who) answered 200 with something that is not JSON (\(type); \(error)); it begins: \(shown)")
        }
    }

    // MARK: Quiet streams

    func scheduleSignOfLife(after delay: TimeSpan) {
        if maySignal, outcome == nil, delay > .zero { exchange.loop.schedule(timer, after: delay) }
    }

    private func showSignOfLife() {
        if let translation, watch == nil, outcome == nil { return beginTranslated(translation) }
        guard let watch, outcome == nil, !watch.isFinished else { return }
        // In the middle of an event nothing can be put in without breaking it.
        if watch.isAtBoundary && !isHeldUp {
            var text = translation?.signOfLife ?? watch.signOfLife
            _ = text.withUTF8 { pass(UnsafeRawBufferPointer($0)) }
            keepAlives += 1
        }
        scheduleSignOfLife(after: settings.keepAliveInterval)
    }
}

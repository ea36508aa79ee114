package import HTTP
internal import LinuxSystem
internal import Translation

extension ScriptedAnswer {
    /// Plays the answer to a client, on the exchange's loop. Returns when it has ended or the client has left. It uses
    /// `exchange.onDrain`, and nothing else of what the caller may have set.
    package func play(on exchange: ServerExchange) async {
        let gate = DrainGate(exchange)
        for action in self {
            if exchange.clientHasLeft { return }
            // Somebody else ends this: what is left must not arrive all at once.
            if Task.isCancelled { return exchange.abort() }
            switch action {
            case .head(let head, let bodyCount): exchange.begin(head, bodyCount: bodyCount)
            case .bytes(let bytes): if !bytes.withUnsafeBytes({ exchange.write($0) }) { await gate.wait() }
            case .wait(let time): await exchange.loop.sleep(time)
            case .end: exchange.end()
            case .close: exchange.abort()
            case .reset: exchange.reset()
            }
        }
    }
}

extension ScriptedAnswer {
    /// The same for a client of another API. Throws what it should be told while nothing was said to it.
    func play(
        on exchange: ServerExchange, through translation: any AnswerTranslation, extraFields: HTTPFields
    ) async throws(UpstreamFailure) {
        let gate = DrainGate(exchange)
        var whole: [UInt8] = []
        var fields: HTTPFields = ["Content-Type": isStream ? "text/event-stream; charset=utf-8" : "application/json"]
        fields.append(extraFields)
        for action in self {
            if exchange.clientHasLeft { return }
            if Task.isCancelled { return exchange.abort() }
            switch action {
            case .head: continue
            case .bytes(let bytes) where isStream:
                var isTaken = true
                bytes.withUnsafeBytes { bytes in
                    translation.scan(bytes) {
                        if !exchange.hasAnswered {
                            exchange.begin(ResponseHead(status: 200, fields: fields), bodyCount: nil)
                        }
                        isTaken = exchange.write($0)
                    }
                }
                if let failure = translation.failure, !exchange.hasAnswered { throw failure }
                if !isTaken { await gate.wait() }
            case .bytes(let bytes): whole += bytes
            case .wait(let time): await exchange.loop.sleep(time)
            case .end where isStream:
                translation.end(cut: nil) { _ = exchange.write($0) }
                if let failure = translation.failure, !exchange.hasAnswered { throw failure }
                exchange.end()
            case .end:
                let body = try whole.withUnsafeBufferPointer { (bytes) throws(UpstreamFailure) in
                    try translation.whole(status: status, UnsafeRawBufferPointer(bytes))
                }
                exchange.respond(ResponseHead(status: 200, fields: fields), body)
            case .close: exchange.abort()
            case .reset: exchange.reset()
            }
        }
    }
}

/// Waits until a client that reads slowly has read enough. A client that leaves cancels the task, and so ends the wait.
private final class DrainGate: @unchecked Sendable {
    private let exchange: ServerExchange
    private var isOpen = true
    private var waiter: CheckedContinuation<Void, Never>?

    init(_ exchange: ServerExchange) {
        self.exchange = exchange
        exchange.onDrain = { [weak self] in self?.open() }
    }

    func wait() async {
        if exchange.clientHasLeft { return }
        isOpen = false
        let loop = exchange.loop
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if isOpen { continuation.resume() } else { waiter = continuation }
            }
        } onCancel: {
            loop.submit { self.open() }
        }
    }

    private func open() {
        isOpen = true
        waiter?.resume()
        waiter = nil
    }
}

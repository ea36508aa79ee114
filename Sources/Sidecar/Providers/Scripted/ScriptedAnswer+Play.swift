package import HTTP
internal import LinuxSystem

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

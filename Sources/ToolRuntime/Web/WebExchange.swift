package import HTTP
package import LinuxSystem

/// One request and its answer, as much of it as is wanted. On its loop only.
package final class WebExchange: TransferSink, @unchecked Sendable {
    package struct Answer: Sendable {
        package var head = ResponseHead(status: 0)
        package var body: [UInt8] = []
        /// There was more than was wanted.
        package var isCut = false
    }

    package enum Failure: Error, Sendable, Equatable {
        case transfer(TransferError)
        /// The whole of it took too long.
        case timedOut
        case cancelled
    }

    private let bytesMax: Int
    private var answer = Answer()
    private var transfer: Transfer?
    private var outcome: Result<Answer, Failure>?
    private var waiting: CheckedContinuation<Void, Never>?

    private init(bytesMax: Int) { self.bytesMax = bytesMax }

    package static func run(
        _ request: UpstreamRequest, to target: UpstreamTarget, by client: UpstreamClient, bytesMax: Int,
        within time: TimeSpan
    ) async -> Result<Answer, Failure> {
        let loop = client.loop
        loop.assertOnLoop()
        let exchange = WebExchange(bytesMax: bytesMax)
        let timer = LoopTimer { [weak exchange] in exchange?.stop(.failure(.timedOut)) }
        loop.schedule(timer, after: time)
        defer { timer.disarm() }
        return await withTaskCancellationHandler {
            if Task.isCancelled { return .failure(.cancelled) }
            do throws(CannotStart) {
                let transfer = try client.start(request, to: target, exchange)
                // It may be over by now.
                if exchange.outcome == nil { exchange.transfer = transfer } else { transfer.cancel() }
            } catch {
                exchange.finish(
                    .failure(.transfer(TransferError(kind: .unreachable, detail: error.reason, elapsed: .zero))))
            }
            if exchange.outcome == nil { await withCheckedContinuation { exchange.waiting = $0 } }
            return exchange.outcome ?? .failure(.cancelled)
        } onCancel: {
            loop.submit { exchange.stop(.failure(.cancelled)) }
        }
    }

    package func transferDidReceive(_ head: ResponseHead) {
        answer.head = head
        // Where it leads is in the head.
        if (300..<400).contains(head.status) { stop(.success(answer)) }
    }

    package func transferDidReceive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let room = bytesMax - answer.body.count
        answer.body.append(contentsOf: bytes.prefix(room))
        if bytes.count > room {
            answer.isCut = true
            stop(.success(answer))
        }
        return true
    }

    package func transferDidEnd(_ error: TransferError?) {
        finish(error.map { .failure(.transfer($0)) } ?? .success(answer))
    }

    private func stop(_ outcome: Result<Answer, Failure>) {
        if self.outcome != nil { return }
        transfer?.cancel()
        finish(outcome)
    }

    private func finish(_ outcome: Result<Answer, Failure>) {
        if self.outcome != nil { return }
        self.outcome = outcome
        transfer = nil
        waiting?.resume()
        waiting = nil
    }
}

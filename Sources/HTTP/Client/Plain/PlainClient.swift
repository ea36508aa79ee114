internal import LinuxSystem

/// All requests of one event loop to upstreams in clear text at numeric addresses: a model on this machine, another gateway.
/// libcurl would take them too, for some 20 µs each (docs/decisions/006-plain-upstreams.md).
final class PlainClient {
    let loop: EventLoop
    let pool: PlainPool
    /// What is read lands here and is handed on at once: nothing of an answer is kept unless its sink is full.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: PlainClient.bufferBytes, alignment: 64)
    /// Somebody is using `buffer`.
    var isReading = false
    private(set) var activeCount = 0
    private var idle: [PlainTransfer] = []

    /// As much as a socket mostly has at once, and few enough to stay in the processor's cache.
    private static let bufferBytes = 64 << 10
    /// Transfers kept for the next request. Each holds a few kilobytes.
    private static let idleTransfersMax = 256

    init(on loop: EventLoop, limits: UpstreamLimits) {
        self.loop = loop
        pool = PlainPool(on: loop, limits: limits)
    }

    deinit {
        pool.closeAll()
        buffer.deallocate()
    }

    func start(
        _ request: UpstreamRequest, to origin: PlainOrigin, _ limits: UpstreamLimits, _ sink: any TransferSink
    ) -> Transfer {
        activeCount += 1
        let transfer = idle.popLast() ?? PlainTransfer(self)
        transfer.begin(request, to: origin, limits, sink)
        return transfer
    }

    func transferIsOver() { activeCount -= 1 }

    func keep(_ transfer: PlainTransfer) {
        if idle.count < Self.idleTransfersMax { idle.append(transfer) }
    }
}

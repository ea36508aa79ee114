internal import LinuxSystem

/// Who gets an upstream's answer, piece by piece, in the moment it arrives. Called on the loop, from inside the transfer: it
/// may write to a client, and cancel, but not start another transfer.
package protocol TransferSink: AnyObject {
    func transferDidReceive(_ head: ResponseHead)
    /// False holds the upstream up until `Transfer.resume`; the bytes given are taken all the same.
    func transferDidReceive(_ bytes: UnsafeRawBufferPointer) -> Bool
    /// Once, at the end, unless it was cancelled. The transfer must not be touched after it.
    func transferDidEnd(_ error: TransferError?)
}

/// One request to an upstream under way, and what both ways of sending one have in common: the time limits, what went wrong
/// first, and who is told. The object is used again for other requests.
package class Transfer: @unchecked Sendable {
    enum Phase { case connecting, waiting, receiving }

    let loop: EventLoop
    private(set) var limits = UpstreamLimits()
    private(set) var sink: (any TransferSink)?
    private(set) var failure: TransferError?
    private(set) var isActive = false
    private(set) var isCancelled = false
    /// Which of the requests made with this object is under way: what was put off for one must not hit the next. It also
    /// changes when a request ends.
    private(set) var requestNumber = 0
    private(set) var phase = Phase.connecting
    var isPaused = false
    var uploadIsPaused = false
    private var began = Instant(nanoseconds: 0)
    private lazy var timer = LoopTimer { [unowned self] in timeIsUp() }

    init(on loop: EventLoop) { self.loop = loop }

    // MARK: For the kinds of transfers

    /// A new request begins.
    final func open(_ limits: UpstreamLimits, _ sink: any TransferSink) {
        self.limits = limits
        self.sink = sink
        failure = nil
        isActive = true
        isCancelled = false
        isPaused = false
        uploadIsPaused = false
        requestNumber += 1
        began = loop.clock.now()
        enter(.connecting)
    }

    /// The request is over; who is to be told of it.
    final func close() -> (any TransferSink)? {
        isActive = false
        requestNumber += 1
        timer.disarm()
        defer { sink = nil }
        return isCancelled ? nil : sink
    }

    /// The upstream has done something; the time that it has for the next thing begins.
    final func enter(_ phase: Phase) {
        self.phase = phase
        let limit =
            switch phase {
            case .connecting: limits.connectTime
            case .waiting: limits.firstByteTime
            case .receiving: limits.idleTime
            }
        loop.schedule(timer, after: limit)
    }

    final var elapsed: TimeSpan { loop.clock.now() - began }

    /// What goes wrong first is what the sink hears of.
    final func fail(_ kind: TransferError.Kind, _ detail: String) {
        if failure == nil { failure = TransferError(kind: kind, detail: detail, elapsed: elapsed) }
    }

    private func timeIsUp() {
        switch phase {
        case .connecting: fail(.unreachable, "no connection within \(limits.connectTime)")
        case .waiting: fail(.tooSlow, "connected, but no answer within \(limits.firstByteTime)")
        case .receiving:
            if isPaused { return }
            fail(.cut, "the answer stopped for \(limits.idleTime)")
        }
        abandon()
    }

    /// Gives the request up and closes its connection.
    func abandon() { preconditionFailure("every kind of transfer has its own way") }
    /// The sink takes bytes again.
    func goOn() { preconditionFailure("every kind of transfer has its own way") }
    /// The body's source has bytes again.
    func goOnUploading() { preconditionFailure("every kind of transfer has its own way") }

    // MARK: What the gateway tells us

    /// No more callbacks; the connection to the upstream is closed, which ends its work.
    package final func cancel() {
        if !isActive || isCancelled { return }
        isCancelled = true
        abandon()
    }

    package final func resume() {
        if !isActive || !isPaused { return }
        isPaused = false
        enter(.receiving)
        goOn()
    }

    package final func resumeUpload() {
        if !isActive || !uploadIsPaused { return }
        uploadIsPaused = false
        goOnUploading()
    }
}

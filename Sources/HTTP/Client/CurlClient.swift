internal import CCurl
internal import LinuxSystem

/// Requests of one event loop that libcurl makes: its multi interface, driven by the loop's epoll.
final class CurlClient: @unchecked Sendable {
    let loop: EventLoop
    private let multi: UnsafeMutableRawPointer
    private var sockets: [Int32: CurlSocket] = [:]
    private var idle: [CurlTransfer] = []
    private var active: [UnsafeMutableRawPointer: CurlTransfer] = [:]
    private lazy var timer = LoopTimer { [weak self] in self?.drive(ccurl_socket_timeout, 0) }
    /// libcurl must not be called from its own callbacks; what they ask for waits here.
    private var isInside = false
    private var afterwards: [() -> Void] = []

    /// Handles kept for the next request. Each holds some 20 kB of libcurl's.
    private static let idleHandlesMax = 64

    init(on loop: EventLoop, limits: UpstreamLimits) throws(CannotStart) {
        if let problem = ccurl_load() { throw CannotStart(reason: String(cString: problem)) }
        guard let multi = ccurl_multi_init() else { throw .noMemory }
        self.loop = loop
        self.multi = multi
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = ccurl_multi_set_socket_callback(multi) { _, socket, what, context, _ in
            CurlClient.from(context).watch(socket, what)
            return 0
        }
        _ = ccurl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context)
        _ = ccurl_multi_set_timer_callback(multi) { _, milliseconds, context in
            CurlClient.from(context).setTimer(milliseconds)
            return 0
        }
        _ = ccurl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context)
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, limits.idleConnections)
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, limits.streamsPerConnection)
    }

    deinit {
        idle.removeAll()
        active.removeAll()
        ccurl_multi_cleanup(multi)
    }

    static func from(_ context: UnsafeMutableRawPointer?) -> CurlClient {
        Unmanaged<CurlClient>.fromOpaque(context!).takeUnretainedValue()
    }

    var activeCount: Int { active.count }

    func start(
        _ request: UpstreamRequest, to target: UpstreamTarget, _ sink: any TransferSink
    ) throws(CannotStart) -> Transfer {
        guard let transfer = takeIdle(target) ?? CurlTransfer(client: self, target: target) else { throw .noMemory }
        active[transfer.easy] = transfer
        transfer.begin(request, sink)
        guard ccurl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
            active[transfer.easy] = nil
            throw .noMemory
        }
        // libcurl has asked for a timer of zero by now. Not waiting for it saves a turn of the loop.
        if !isInside { drive(ccurl_socket_timeout, 0) }
        return transfer
    }

    private func takeIdle(_ target: UpstreamTarget) -> CurlTransfer? {
        guard let index = idle.lastIndex(where: { $0.target == target }) else { return nil }
        return idle.remove(at: index)
    }

    // MARK: Driving libcurl

    func drive(_ socket: curl_socket_t, _ events: Int32) {
        var running: Int32 = 0
        isInside = true
        _ = ccurl_multi_socket_action(multi, socket, events, &running)
        isInside = false
        finish()
    }

    private func finish() {
        var code = CURLE_OK
        while let easy = ccurl_next_finished(multi, &code) {
            guard let transfer = active[easy] else { continue }
            if transfer.wantsAnotherConnection { beginAgain(transfer) } else { retire(transfer, code) }
        }
        while !afterwards.isEmpty {
            let work = afterwards
            afterwards.removeAll()
            for item in work { item() }
        }
    }

    /// Nothing of the request was sent yet.
    private func beginAgain(_ transfer: CurlTransfer) {
        _ = ccurl_multi_remove_handle(multi, transfer.easy)
        transfer.willBeginAgain()
        if ccurl_multi_add_handle(multi, transfer.easy) != CURLM_OK { retire(transfer, CURLE_OUT_OF_MEMORY) }
    }

    private func retire(_ transfer: CurlTransfer, _ code: CURLcode) {
        _ = ccurl_multi_remove_handle(multi, transfer.easy)
        active[transfer.easy] = nil
        transfer.didEnd(code)
        if idle.count < Self.idleHandlesMax { idle.append(transfer) }
    }

    /// Ends a transfer that libcurl would go on with.
    func end(_ transfer: CurlTransfer, _ code: CURLcode) {
        if isInside {
            // Its callbacks refuse from now on, which mostly ends it; this is for when none comes.
            return afterwards(transfer) { $0.retire(transfer, code) }
        }
        if active[transfer.easy] === transfer { retire(transfer, code) }
    }

    func unpause(_ transfer: CurlTransfer) {
        if isInside {
            return afterwards(transfer) { $0.unpause(transfer) }
        }
        isInside = true
        _ = ccurl_easy_pause(transfer.easy, CURLPAUSE_CONT)
        isInside = false
        finish()
    }

    /// Runs `work` when libcurl may be called again, unless that request is over by then.
    private func afterwards(_ transfer: CurlTransfer, _ work: @escaping (CurlClient) -> Void) {
        let number = transfer.requestNumber
        afterwards.append { [unowned self] in
            if active[transfer.easy] === transfer, transfer.requestNumber == number { work(self) }
        }
    }

    private func setTimer(_ milliseconds: Int) {
        if milliseconds < 0 { timer.disarm() } else { loop.schedule(timer, after: .milliseconds(UInt64(milliseconds))) }
    }

    // MARK: Sockets

    private func watch(_ socket: curl_socket_t, _ what: Int32) {
        let entry = sockets[socket] ?? CurlSocket(self, socket)
        sockets[socket] = entry
        switch what {
        case CURL_POLL_IN: entry.want(.readable)
        case CURL_POLL_OUT: entry.want(.writable)
        case CURL_POLL_INOUT: entry.want([.readable, .writable])
        default:
            entry.want([])
            if !entry.isConnection { sockets[socket] = nil }
        }
    }

    func connectionDidOpen(_ socket: curl_socket_t) {
        let entry = CurlSocket(self, socket)
        entry.isConnection = true
        sockets[socket] = entry
    }

    /// The connection that libcurl is about to send a request on. It names it by its port on our side only.
    func connection(fromPort port: Int32) -> CurlSocket? {
        sockets.values.first { $0.isFrom(port: port) }
    }

    func connectionDidClose(_ socket: curl_socket_t) {
        sockets.removeValue(forKey: socket)?.unregister()
        // libcurl leaves the closing to us.
        _ = Descriptor(owning: socket)
    }
}

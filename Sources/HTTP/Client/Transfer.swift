internal import CCurl
internal import LinuxSystem

/// Who gets an upstream's answer, piece by piece, in the moment it arrives. Called on the loop, from inside libcurl: it may
/// write to a client, and cancel, but not start another transfer.
package protocol TransferSink: AnyObject {
    func transferDidReceive(_ head: ResponseHead)
    /// False holds the upstream up until `Transfer.resume`; the bytes given are taken all the same.
    func transferDidReceive(_ bytes: UnsafeRawBufferPointer) -> Bool
    /// Once, at the end, unless it was cancelled. The transfer must not be touched after it.
    func transferDidEnd(_ error: TransferError?)
}

/// One request to an upstream under way: a libcurl easy handle with its memory, used again for the next request.
package final class Transfer: @unchecked Sendable {
    let easy: UnsafeMutableRawPointer
    unowned let client: UpstreamClient
    let target: UpstreamTarget

    private let headers = HeaderList()
    private var sink: (any TransferSink)?
    private var head = ResponseHead(status: 0)
    private var headBytes = 0
    private var headIsComplete = false
    private var body = UpstreamRequest.Body.none
    private var began = Instant(nanoseconds: 0)
    private var failure: TransferError?
    private var isCancelled = false
    private var isPaused = false
    private var uploadIsPaused = false
    private(set) var isActive = false
    /// Which of the requests made with this handle is under way: what was put off for one must not hit the next.
    private(set) var requestNumber = 0
    private var errorText: UnsafeMutablePointer<CChar>
    private lazy var timer = LoopTimer { [weak self] in self?.timeIsUp() }
    private var phase = Phase.connecting

    private enum Phase { case connecting, waiting, receiving }

    init?(client: UpstreamClient, target: UpstreamTarget) {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        self.client = client
        self.target = target
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText[0] = 0
        setUp()
    }

    deinit {
        curl_easy_cleanup(easy)
        errorText.deallocate()
    }

    /// What stays the same from request to request.
    private func setUp() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = ccurl_set_pointer(easy, CURLOPT_PRIVATE, context)
        _ = ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        _ = ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        // Paths go on as they came, `..` and all: it is the upstream's business what they mean.
        _ = ccurl_set_long(easy, CURLOPT_PATH_AS_IS, 1)
        _ = ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        // A redirect is the client's to follow: credentials must not travel to where an answer points.
        _ = ccurl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        _ = ccurl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        _ = ccurl_set_long(
            easy, CURLOPT_HTTP_VERSION, target.usesHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)
        // Every encoding that libcurl can undo; what reaches the client is plain.
        _ = ccurl_set_string(easy, CURLOPT_ACCEPT_ENCODING, "")
        _ = ccurl_set_long(easy, CURLOPT_MAXAGE_CONN, Int(target.limits.keepAliveTime.nanoseconds / 1_000_000_000))
        if let authorityFile = target.authorityFile { _ = ccurl_set_string(easy, CURLOPT_CAINFO, authorityFile) }
        if let proxy = target.proxy { _ = ccurl_set_string(easy, CURLOPT_PROXY, proxy) }

        _ = ccurl_set_data_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            Transfer.from(context).didReceiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        _ = ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        _ = ccurl_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            Transfer.from(context).didReceiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        _ = ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        _ = ccurl_set_data_callback(easy, CURLOPT_READFUNCTION) { bytes, size, count, context in
            Transfer.from(context).upload(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
        }
        _ = ccurl_set_pointer(easy, CURLOPT_READDATA, context)
        _ = ccurl_set_before_request_callback(easy) { context, _, _, _, _ in
            Transfer.from(context).didConnect()
            return 0
        }
        _ = ccurl_set_pointer(easy, CURLOPT_PREREQDATA, context)
        let clientContext = Unmanaged.passUnretained(client).toOpaque()
        _ = ccurl_set_open_callback(easy) { context, socket, _ in
            UpstreamClient.from(context).connectionDidOpen(socket)
            return 0
        }
        _ = ccurl_set_pointer(easy, CURLOPT_SOCKOPTDATA, clientContext)
        _ = ccurl_set_close_callback(easy) { context, socket in
            UpstreamClient.from(context).connectionDidClose(socket)
            return 0
        }
        _ = ccurl_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, clientContext)
    }

    static func from(_ context: UnsafeMutableRawPointer?) -> Transfer {
        Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
    }

    // MARK: Beginning

    func begin(_ request: UpstreamRequest, _ sink: any TransferSink) {
        self.sink = sink
        head = ResponseHead(status: 0)
        headBytes = 0
        headIsComplete = false
        failure = nil
        isCancelled = false
        isPaused = false
        uploadIsPaused = false
        isActive = true
        requestNumber += 1
        phase = .connecting
        body = request.body
        began = client.loop.clock.now()
        errorText[0] = 0
        prepare(request)
        client.loop.schedule(timer, after: target.limits.connectTime)
    }

    private func prepare(_ request: UpstreamRequest) {
        // Without the slash a target could go on with the host's name: `.example.org/`, `@example.org/`.
        let slash = request.target.utf8.first == 0x2f ? "" : "/"
        _ = ccurl_set_string(easy, CURLOPT_URL, target.baseURL + slash + request.target)
        _ = ccurl_set_long(easy, CURLOPT_HTTPGET, 1)
        _ = ccurl_set_pointer(easy, CURLOPT_CUSTOMREQUEST, nil)
        // libcurl's own additions, which the client did not send.
        var extra: [StaticString] = []
        if !request.fields.contains("accept") { extra.append("Accept:") }
        switch request.body {
        case .none:
            if request.method == "HEAD" {
                _ = ccurl_set_long(easy, CURLOPT_NOBODY, 1)
            } else if request.method == "POST" {
                post(nil, 0, &extra, request)
            } else if request.method != "GET" {
                _ = ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method)
            }
        case .bytes(let buffer):
            let bytes = buffer.readable
            post(bytes.baseAddress, bytes.count, &extra, request)
        case .stream(_, let count):
            post(nil, count ?? -1, &extra, request)
            _ = ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, nil)
            if count == nil { extra.append("Transfer-Encoding: chunked") }
        }
        _ = ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, headers.build(request.fields, extra: extra))
    }

    private func post(
        _ bytes: UnsafeRawPointer?, _ count: Int, _ extra: inout [StaticString], _ request: UpstreamRequest
    ) {
        _ = ccurl_set_long(easy, CURLOPT_POST, 1)
        _ = ccurl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(count))
        _ = ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, bytes ?? UnsafeRawPointer(errorText))
        if request.method != "POST" { _ = ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method) }
        if !request.fields.contains("content-type") { extra.append("Content-Type:") }
        // Waiting for a go-ahead would cost a round trip.
        extra.append("Expect:")
    }

    // MARK: What libcurl tells us

    private func didConnect() {
        phase = .waiting
        client.loop.schedule(timer, after: target.limits.firstByteTime)
    }

    private func didReceiveHeader(_ line: UnsafeRawBufferPointer) -> Int {
        if isCancelled || headIsComplete { return isCancelled ? -1 : line.count }
        headBytes += line.count
        if headBytes > target.limits.headBytes {
            fail(.malformed, "the header fields of the answer are larger than \(target.limits.headBytes) bytes")
            return -1
        }
        let content = line.withoutLineEnd
        if ASCII.hasPrefixIgnoringCase(content, "HTTP/") {
            head = ResponseHead(status: 0, fields: HTTPFields(byteCapacity: 1024))
        } else if content.isEmpty {
            head.status = ccurl_status(easy)
            // 1xx answers announce another.
            if head.status >= 200 { completeHead() }
        } else if ASCII.isSpace(content[0]) {
            let more = content.trimmingSpaces
            if ASCII.isFieldValue(more) { head.fields.extendLast(more) }
        } else if let colon = content.firstOffset(of: 0x3a) {
            let name = UnsafeRawBufferPointer(rebasing: content[..<colon])
            let value = UnsafeRawBufferPointer(rebasing: content[(colon + 1)...]).trimmingSpaces
            if ASCII.isToken(name) && ASCII.isFieldValue(value) { head.fields.append(name: name, value: value) }
        }
        return isCancelled ? -1 : line.count
    }

    private func completeHead() {
        headIsComplete = true
        phase = .receiving
        client.loop.schedule(timer, after: target.limits.idleTime)
        // The request is not needed any more once it is answered; a long stream should not hold it.
        if case .bytes(let buffer) = body, ccurl_uploaded(easy) >= buffer.count { body = .none }
        if head.fields.contains("content-encoding") {
            // libcurl takes the encoding off, so neither it nor the encoded length is true of what we hand on.
            head.fields.remove("content-encoding")
            head.fields.remove("content-length")
        }
        sink?.transferDidReceive(head)
        head = ResponseHead(status: head.status)
    }

    private func didReceiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        if isCancelled { return -1 }
        if isPaused { return ccurl_pause_writing }
        if !headIsComplete {
            // After `101 Switching Protocols`, which nobody asked for.
            fail(.malformed, "the answer has a body and no head")
            return -1
        }
        client.loop.schedule(timer, after: target.limits.idleTime)
        let goesOn = sink?.transferDidReceive(bytes) ?? true
        if isCancelled { return -1 }
        // These bytes are taken; the next ones are refused until somebody calls `resume`.
        if !goesOn { isPaused = true }
        return bytes.count
    }

    private func upload(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard case .stream(let source, _) = body, !isCancelled else { return ccurl_abort_reading }
        // The upstream's time begins when it has the whole request.
        if phase == .waiting { client.loop.schedule(timer, after: target.limits.firstByteTime) }
        if let count = source.read(into: buffer) { return count }
        uploadIsPaused = true
        return ccurl_pause_reading
    }

    func didEnd(_ code: CURLcode) {
        isActive = false
        timer.disarm()
        let sink = self.sink
        self.sink = nil
        body = .none
        if isCancelled { return }
        if code == CURLE_OK && !headIsComplete { fail(.cut, "the answer ended before its head was complete") }
        let succeeded = code == CURLE_OK && headIsComplete
        sink?.transferDidEnd(succeeded ? nil : failure ?? TransferError(code, describe(code), headIsComplete, elapsed))
    }

    private func describe(_ code: CURLcode) -> String {
        let detail = String(cString: errorText)
        return detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
    }

    private var elapsed: TimeSpan { client.loop.clock.now() - began }

    private func fail(_ kind: TransferError.Kind, _ detail: String) {
        if failure == nil { failure = TransferError(kind: kind, detail: detail, elapsed: elapsed) }
    }

    private func timeIsUp() {
        switch phase {
        case .connecting: fail(.unreachable, "no connection within \(target.limits.connectTime)")
        case .waiting: fail(.tooSlow, "connected, but no answer within \(target.limits.firstByteTime)")
        case .receiving:
            if isPaused { return }
            fail(.cut, "the answer stopped for \(target.limits.idleTime)")
        }
        client.end(self, CURLE_OPERATION_TIMEDOUT)
    }

    // MARK: What the gateway tells us

    /// No more callbacks; the connection to the upstream is closed, which ends its work.
    package func cancel() {
        if !isActive || isCancelled { return }
        isCancelled = true
        client.end(self, CURLE_ABORTED_BY_CALLBACK)
    }

    package func resume() {
        if !isActive || !isPaused { return }
        isPaused = false
        client.loop.schedule(timer, after: target.limits.idleTime)
        client.unpause(self)
    }

    package func resumeUpload() {
        if !isActive || !uploadIsPaused { return }
        uploadIsPaused = false
        client.unpause(self)
    }
}

extension TransferError {
    fileprivate init(_ code: CURLcode, _ detail: String, _ hasHead: Bool, _ elapsed: TimeSpan) {
        let kind: Kind =
            switch code {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT,
                CURLE_SSL_CONNECT_ERROR,
                CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_URL_MALFORMAT:
                .unreachable
            case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING: .malformed
            case CURLE_OPERATION_TIMEDOUT: hasHead ? .cut : .tooSlow
            // What libcurl says of a header line that is too long for it.
            case CURLE_OUT_OF_MEMORY: hasHead ? .cut : .malformed
            default: .cut
            }
        self.init(kind: kind, detail: detail, elapsed: elapsed)
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var withoutLineEnd: UnsafeRawBufferPointer {
        var end = count
        while end > 0, self[end - 1] == 0x0a || self[end - 1] == 0x0d { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: self[..<end])
    }
}

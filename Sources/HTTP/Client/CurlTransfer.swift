internal import CCurl
internal import LinuxSystem

/// A request that libcurl makes: an easy handle with its memory, used again for the next request to the same target.
final class CurlTransfer: Transfer, @unchecked Sendable {
    let easy: UnsafeMutableRawPointer
    unowned let client: CurlClient
    let target: UpstreamTarget

    private let headers = HeaderList()
    /// Read by libcurl for as long as the handle lives.
    private let connectTo = HeaderList()
    private var parser: ResponseHeadParser
    /// The head as far as libcurl has told it.
    private let head = ByteBuffer(capacity: 2048)
    private var headIsComplete = false
    private var body = UpstreamRequest.Body.none
    private var errorText: UnsafeMutablePointer<CChar>
    private var socket: CurlSocket?
    private var connectionsGivenUp = 0
    private(set) var wantsAnotherConnection = false

    init?(client: CurlClient, target: UpstreamTarget) {
        guard let easy = ccurl_easy_init() else { return nil }
        self.easy = easy
        self.client = client
        self.target = target
        // libcurl takes the packing off.
        parser = ResponseHeadParser(bytesMax: 0, passesCoding: true, acceptsHTTP2: target.mayGetHTTP2)
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText[0] = 0
        super.init(on: client.loop)
        setUp()
    }

    deinit {
        ccurl_easy_cleanup(easy)
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
        if let address = target.address {
            let place = address.isVersion6 ? "[\(address)]" : "\(address)"
            _ = ccurl_set_pointer(easy, CURLOPT_CONNECT_TO, connectTo.build(line: "::\(place):"))
        }

        _ = ccurl_set_data_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            CurlTransfer.from(context).didReceiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        _ = ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        _ = ccurl_set_data_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            CurlTransfer.from(context).didReceiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        _ = ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        _ = ccurl_set_data_callback(easy, CURLOPT_READFUNCTION) { bytes, size, count, context in
            CurlTransfer.from(context).upload(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
        }
        _ = ccurl_set_pointer(easy, CURLOPT_READDATA, context)
        _ = ccurl_set_before_request_callback(easy) { context, remote, _, _, localPort in
            let transfer = CurlTransfer.from(context)
            return transfer.isWhereItShould(remote) && transfer.willSend(fromPort: localPort)
                ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }
        _ = ccurl_set_pointer(easy, CURLOPT_PREREQDATA, context)
        let clientContext = Unmanaged.passUnretained(client).toOpaque()
        _ = ccurl_set_open_callback(easy) { context, socket, _ in
            CurlClient.from(context).connectionDidOpen(socket)
            return 0
        }
        _ = ccurl_set_pointer(easy, CURLOPT_SOCKOPTDATA, clientContext)
        _ = ccurl_set_close_callback(easy) { context, socket in
            CurlClient.from(context).connectionDidClose(socket)
            return 0
        }
        _ = ccurl_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, clientContext)
    }

    static func from(_ context: UnsafeMutableRawPointer?) -> CurlTransfer {
        Unmanaged<CurlTransfer>.fromOpaque(context!).takeUnretainedValue()
    }

    // MARK: Beginning

    func begin(_ request: UpstreamRequest, _ sink: any TransferSink) {
        open(target.limits, sink)
        parser.reset(bytesMax: target.limits.headBytes, answersHead: request.method == "HEAD")
        head.removeAll()
        headIsComplete = false
        connectionsGivenUp = 0
        wantsAnotherConnection = false
        body = request.body
        errorText[0] = 0
        prepare(request)
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

    /// Nothing is sent to another address than the one that was named.
    private func isWhereItShould(_ remote: UnsafePointer<CChar>?) -> Bool {
        guard let wanted = target.address else { return true }
        if let remote, IPAddress(String(cString: remote)) == wanted { return true }
        fail(.unreachable, "the connection leads to another address than \(wanted)")
        return false
    }

    /// False gives up the connection, and the request begins again on another.
    private func willSend(fromPort port: Int32) -> Bool {
        letGoOfSocket()
        if let found = client.connection(fromPort: port) {
            // Every one given up is closed; this is for a port that means two of them.
            if !found.take() {
                connectionsGivenUp += 1
                wantsAnotherConnection = connectionsGivenUp < Self.connectionsGivenUpMax
                return false
            }
            socket = found
        }
        enter(.waiting)
        return true
    }

    private static let connectionsGivenUpMax = 100

    func willBeginAgain() {
        wantsAnotherConnection = false
        errorText[0] = 0
        enter(.connecting)
    }

    private func letGoOfSocket() {
        socket?.giveBack()
        socket = nil
    }

    private func didReceiveHeader(_ line: UnsafeRawBufferPointer) -> Int {
        if isCancelled || headIsComplete { return isCancelled ? -1 : line.count }
        if target.mayGetHTTP2 && line.hasPrefix("HTTP/2 ") { socket?.isMultiplexed = true }
        head.append(line)
        // libcurl has read the line already, and is easier to please.
        switch parser.parse(head.readable) {
        case .incomplete: break
        case .complete(let answer, _): complete(answer.head)
        case .malformed(let reason):
            fail(.malformed, reason)
            return -1
        }
        return isCancelled ? -1 : line.count
    }

    private func complete(_ received: ResponseHead) {
        headIsComplete = true
        enter(.receiving)
        // The request is not needed any more once it is answered; a long stream should not hold it.
        if case .bytes(let buffer) = body, ccurl_uploaded(easy) >= buffer.count { body = .none }
        var head = received
        if head.fields.contains("content-encoding") {
            // libcurl takes the encoding off, so neither it nor the encoded length is true of what we hand on.
            head.fields.remove("content-encoding")
            head.fields.remove("content-length")
        }
        sink?.transferDidReceive(head)
    }

    private func didReceiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        if isCancelled { return -1 }
        if isPaused { return ccurl_pause_writing }
        if !headIsComplete {
            // After `101 Switching Protocols`, which nobody asked for.
            fail(.malformed, "the answer has a body and no head")
            return -1
        }
        enter(.receiving)
        let goesOn = sink?.transferDidReceive(bytes) ?? true
        if isCancelled { return -1 }
        // These bytes are taken; the next ones are refused until somebody calls `resume`.
        if !goesOn { isPaused = true }
        return bytes.count
    }

    private func upload(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard case .stream(let source, _) = body, !isCancelled else { return ccurl_abort_reading }
        // The upstream's time begins when it has the whole request.
        if phase == .waiting { enter(.waiting) }
        if let count = source.read(into: buffer) { return count }
        uploadIsPaused = true
        return ccurl_pause_reading
    }

    func didEnd(_ code: CURLcode) {
        if code == CURLE_OK && !headIsComplete { fail(.cut, "the answer ended before its head was complete") }
        let succeeded = code == CURLE_OK && headIsComplete
        letGoOfSocket()
        body = .none
        close()?.transferDidEnd(
            succeeded ? nil : failure ?? TransferError(code, describe(code), headIsComplete, elapsed))
    }

    private func describe(_ code: CURLcode) -> String {
        let detail = String(cString: errorText)
        return detail.isEmpty ? String(cString: ccurl_easy_strerror(code)) : detail
    }

    // MARK: What the gateway tells us

    override func abandon() { client.end(self, CURLE_ABORTED_BY_CALLBACK) }
    override func goOn() { client.unpause(self) }
    override func goOnUploading() { client.unpause(self) }
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

import HTTP
import LinuxSystem
import TestSupport
import Testing

/// What a transfer told, and somebody who waits for it. Used on the loop only.
final class TestSink: TransferSink, @unchecked Sendable {
    var head: ResponseHead?
    var headCount = 0
    var body: [UInt8] = []
    var error: TransferError?
    var endCount = 0
    /// Called with every piece; says whether to go on.
    var onBody: (Int) -> Bool = { _ in true }
    var onHead: () -> Void = {}
    private var waiting: CheckedContinuation<Void, Never>?

    func transferDidReceive(_ head: ResponseHead) {
        self.head = head
        headCount += 1
        onHead()
    }

    func transferDidReceive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        body += bytes
        return onBody(bytes.count)
    }

    func transferDidEnd(_ error: TransferError?) {
        self.error = error
        endCount += 1
        waiting?.resume()
        waiting = nil
    }

    func end() async {
        if endCount == 0 { await withCheckedContinuation { waiting = $0 } }
    }

    var text: String { String(decoding: body, as: UTF8.self) }
    var succeeded: Bool { endCount == 1 && error == nil && headCount == 1 }
}

/// A client on the loop, and a task of the loop that uses it.
struct TestClient: @unchecked Sendable {
    let client: UpstreamClient
    let loop: EventLoop
    let transport: UpstreamTarget.Transport

    @discardableResult
    func send(
        _ method: String = "GET", _ path: String = "/", to target: UpstreamTarget, fields: HTTPFields = HTTPFields(),
        body: UpstreamRequest.Body = .none, sink: TestSink = TestSink()
    ) async throws -> TestSink {
        _ = try start(method, path, to: target, fields: fields, body: body, sink: sink)
        await sink.end()
        return sink
    }

    struct WaitedInVain: Error {}

    /// The limit is only there to end a test that fails.
    func wait(while condition: @autoclosure () -> Bool) async throws {
        let end = loop.clock.now() + .seconds(20)
        while condition() {
            if loop.clock.now() > end { throw WaitedInVain() }
            await loop.sleep(.milliseconds(1))
        }
    }

    func start(
        _ method: String = "GET", _ path: String = "/", to target: UpstreamTarget, fields: HTTPFields = HTTPFields(),
        body: UpstreamRequest.Body = .none, sink: TestSink
    ) throws -> Transfer {
        var target = target
        target.transport = transport
        return try client.start(
            UpstreamRequest(method: method, target: path, fields: fields, body: body), to: target, sink)
    }
}

/// `body` runs on the loop, with a client there.
func withClient(
    _ transport: UpstreamTarget.Transport = .automatic, clock: any Clock = MonotonicClock(),
    _ body: @escaping @Sendable (TestClient) async throws -> Void
) async throws {
    try await withLoop(clock: clock) { loop in
        try await Task(executorPreference: loop) {
            let client = UpstreamClient(on: loop, limits: UpstreamLimits())
            try await body(TestClient(client: client, loop: loop, transport: transport))
            #expect(client.activeCount == 0)
        }.value
    }
}

/// Everything that is asked of a client is asked of both ways of sending a request.
let bothTransports: [UpstreamTarget.Transport] = [.automatic, .curl]

extension TestUpstream {
    /// No proxy, whatever the environment says, and no waiting for long.
    func target(_ change: (inout UpstreamLimits) -> Void = { _ in }) -> UpstreamTarget {
        var limits = UpstreamLimits()
        limits.connectTime = .seconds(20)
        limits.firstByteTime = .seconds(20)
        limits.idleTime = .seconds(20)
        change(&limits)
        return UpstreamTarget(baseURL: baseURL, usesHTTP2: false, proxy: "", limits: limits)
    }
}

/// Bytes in pieces, with a pause before each when it is asked to.
final class TestUpload: UploadSource, @unchecked Sendable {
    var rest: ArraySlice<UInt8>
    var pieceCount: Int
    var pausesEachTime: Bool
    var onPause: () -> Void = {}
    private var mayGoOn = false
    private(set) var readCount = 0

    init(_ bytes: [UInt8], pieceCount: Int = 10_000, pausesEachTime: Bool = false) {
        rest = bytes[...]
        self.pieceCount = pieceCount
        self.pausesEachTime = pausesEachTime
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        readCount += 1
        if pausesEachTime && !mayGoOn {
            mayGoOn = true
            onPause()
            return nil
        }
        mayGoOn = false
        let count = min(buffer.count, pieceCount, rest.count)
        buffer.copyBytes(from: rest.prefix(count))
        rest = rest.dropFirst(count)
        return count
    }
}

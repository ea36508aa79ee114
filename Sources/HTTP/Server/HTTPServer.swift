package import LinuxSystem

/// What a server does with requests.
package protocol HTTPHandler: Sendable {
    /// Called on the exchange's loop and stays on it across every await. When it returns without an answer the
    /// connection is cut.
    func respond(to exchange: ServerExchange) async
}

/// The connections of one listening socket on one event loop.
package final class HTTPServer: ReadinessHandler, @unchecked Sendable {
    package let loop: EventLoop
    package private(set) var limits: ServerLimits
    private let handler: any HTTPHandler
    /// Asked of every new connection by its descriptor; nil admits all.
    private let admits: ((Int32) -> Bool)?
    private let listener: Descriptor
    private var connections: [Int32: ServerConnection] = [:]
    private(set) var isStopping = false
    private var onEmpty: (() -> Void)?
    private var dateSecond: UInt64 = 0
    private var dateText = ""

    /// What one read may bring. Heads and chunks are looked at here, so that a quiet connection costs no memory.
    let sharedBuffer: UnsafeMutableRawBufferPointer
    private static let sharedBufferBytes = 64 << 10
    /// Connections accepted in one turn of the loop, so that those we have are not kept waiting.
    private static let acceptsPerTurnMax = 64

    package init(
        _ listener: consuming Descriptor, on loop: EventLoop, limits: ServerLimits = ServerLimits(),
        admits: ((Int32) -> Bool)? = nil, handler: any HTTPHandler
    ) {
        self.listener = listener
        self.loop = loop
        self.limits = limits
        self.handler = handler
        self.admits = admits
        sharedBuffer = .allocate(byteCount: Self.sharedBufferBytes + ByteBuffer.paddingBytes, alignment: 64)
    }

    deinit { sharedBuffer.deallocate() }

    package func start() throws(SystemError) { try loop.register(listener.raw, .readable, self) }

    /// Holds for connections and requests that begin from now on.
    package func change(_ limits: ServerLimits) { self.limits = limits }

    package var connectionCount: Int { connections.count }

    /// No new connections; those that are answering finish. `done` when the last one has.
    package func stop(_ done: @escaping () -> Void) {
        if !isStopping {
            isStopping = true
            loop.deregister(listener.raw)
        }
        for connection in connections.values where connection.isIdle { connection.close() }
        if connections.isEmpty { done() } else { onEmpty = done }
    }

    package func closeAll() {
        for connection in connections.values { connection.abort(withReset: true) }
    }

    package func ready(_ events: Readiness) {
        for _ in 0..<Self.acceptsPerTurnMax {
            // Out of descriptors: those that wait stay in the kernel's queue until one is free.
            guard let socket = try? Socket.accept(listener.raw) else { return }
            if let admits, !admits(socket.raw) { continue }
            let isOneTooMany = connections.count >= limits.connections
            if isOneTooMany { refuse(socket) } else { adopt(socket) }
        }
    }

    private func adopt(_ socket: consuming Descriptor) {
        let fd = socket.raw
        let connection = ServerConnection(socket, server: self)
        connections[fd] = connection
        do { try connection.start() } catch { connection.close() }
    }

    /// The shortest answer that says why, without making it a connection.
    private func refuse(_ socket: consuming Descriptor) {
        let answer =
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"
        var text = answer
        _ = text.withUTF8 { try? Socket.send(socket.raw, UnsafeRawBufferPointer($0)) }
    }

    func handle(_ exchange: ServerExchange) {
        let handler = handler
        exchange.task = Task.immediate(executorPreference: loop) {
            await handler.respond(to: exchange)
            if !exchange.hasAnswered { exchange.abort() }
        }
    }

    func connectionDidClose(_ connection: ServerConnection) {
        connections[connection.fd] = nil
        if isStopping, connections.isEmpty, let onEmpty {
            self.onEmpty = nil
            onEmpty()
        }
    }

    /// Made once a second.
    var date: String {
        let nanoseconds = WallClock.nanosecondsSince1970()
        if nanoseconds / 1_000_000_000 != dateSecond {
            dateSecond = nanoseconds / 1_000_000_000
            dateText = CivilTime(nanosecondsSince1970: nanoseconds).httpDate
        }
        return dateText
    }
}

extension ServerConnection {
    var date: String { server.date }
    var isServerStopping: Bool { server.isStopping }
}

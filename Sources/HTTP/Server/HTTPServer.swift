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
    private let budget: ConnectionBudget
    /// Nil once stopped.
    private var listener: Descriptor?
    private let listenerFD: Int32
    /// Asked of every new connection by its descriptor; nil admits all.
    private let admits: ((Int32) -> Bool)?
    private var connections: [Int32: ServerConnection] = [:]
    private(set) var isStopping = false
    private var onEmpty: (() -> Void)?
    private var unflushed: [ServerConnection] = []
    private var flushing: [ServerConnection] = []
    private var dateSecond: UInt64 = 0
    private var dateText = ""

    /// What one read may bring. Heads and chunks are looked at here, so that a quiet connection costs no memory.
    let sharedBuffer: UnsafeMutableRawBufferPointer
    private static let sharedBufferBytes = 64 << 10
    /// How long nothing is accepted after that failed, for want of descriptors or memory.
    private static let acceptPause = TimeSpan.milliseconds(100)
    private lazy var acceptAgain = LoopTimer { [weak self] in self?.resumeAccepting() }
    /// Connections accepted in one turn of the loop, so that those we have are not kept waiting.
    private static let acceptsPerTurnMax = 64

    package init(
        _ listener: consuming Descriptor, on loop: EventLoop, limits: ServerLimits = ServerLimits(),
        budget: ConnectionBudget = ConnectionBudget(), admits: ((Int32) -> Bool)? = nil, handler: any HTTPHandler
    ) {
        listenerFD = listener.raw
        self.listener = consume listener
        self.budget = budget
        self.loop = loop
        self.limits = limits
        self.handler = handler
        self.admits = admits
        sharedBuffer = .allocate(byteCount: Self.sharedBufferBytes + ByteBuffer.paddingBytes, alignment: 64)
    }

    deinit { sharedBuffer.deallocate() }

    package func start() throws(SystemError) { try loop.register(listenerFD, .readable, self) }

    /// Holds for connections and requests that begin from now on.
    package func change(_ limits: ServerLimits) { self.limits = limits }

    package var connectionCount: Int { connections.count }

    /// No new connections; those that are answering finish. `done` when the last one has.
    package func stop(_ done: @escaping () -> Void) {
        if !isStopping {
            // Those that the kernel has already connected would be reset when the socket closes.
            acceptAll()
            isStopping = true
            loop.deregister(listenerFD)
            listener = nil
        }
        for connection in connections.values where connection.isIdle { connection.close() }
        if connections.isEmpty { done() } else { onEmpty = done }
    }

    package func closeAll() {
        for connection in connections.values { connection.cut() }
    }

    package func ready(_ events: Readiness) { acceptAll() }

    private func acceptAll() {
        for _ in 0..<Self.acceptsPerTurnMax {
            do {
                guard let socket = try Socket.accept(listenerFD) else { return }
                if let admits, !admits(socket.raw) { continue }
                if budget.take(limit: limits.connections) || makeRoom() { adopt(socket) } else { refuse(socket) }
            } catch {
                return pauseAccepting()
            }
        }
    }

    /// Out of descriptors, most likely: those that wait stay in the kernel's queue. Asking again at once would keep the
    /// loop busy with nothing else.
    private func pauseAccepting() {
        loop.deregister(listenerFD)
        loop.schedule(acceptAgain, after: Self.acceptPause)
    }

    private func resumeAccepting() {
        if isStopping { return }
        do { try start() } catch { loop.schedule(acceptAgain, after: Self.acceptPause) }
    }

    private func adopt(_ socket: consuming Descriptor) {
        let fd = socket.raw
        let connection = ServerConnection(socket, server: self)
        connections[fd] = connection
        do { try connection.start() } catch { connection.close() }
    }

    /// At the cost of the one whose time would be up first.
    private func makeRoom() -> Bool {
        guard limits.makesRoom,
            let silent = connections.values.filter(\.hasNoRequest).min(by: { $0.timer.deadline < $1.timer.deadline })
        else { return false }
        silent.close()
        return budget.take(limit: limits.connections)
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
        // It may have left while the handler ran for the first time, when there was no task to cancel yet.
        if exchange.clientHasLeft { exchange.task?.cancel() }
    }

    /// Together with the others at the end of this turn of the loop.
    func flushSoon(_ connection: ServerConnection) {
        if unflushed.isEmpty {
            loop.atEndOfTurn { [self] in
                swap(&unflushed, &flushing)
                for connection in flushing { connection.flushQueued() }
                flushing.removeAll(keepingCapacity: true)
            }
        }
        unflushed.append(connection)
    }

    func connectionDidClose(_ connection: ServerConnection) {
        connections[connection.fd] = nil
        budget.give()
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

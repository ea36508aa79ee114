internal import LinuxSystem

/// The connections of one event loop to upstreams in clear text, and which of them are free.
final class PlainPool {
    let loop: EventLoop
    private let limits: UpstreamLimits
    private var connections: [Int32: PlainConnection] = [:]
    /// By the time since when they are unused; the last one is taken first, so that those too many grow old.
    private var idle: [PlainConnection] = []
    private lazy var timer = LoopTimer { [unowned self] in closeOld() }
    /// Only to see whether a connection has something to say.
    private let probe = UnsafeMutableRawBufferPointer.allocate(byteCount: 1, alignment: 1)

    init(on loop: EventLoop, limits: UpstreamLimits) {
        self.loop = loop
        self.limits = limits
    }

    deinit { probe.deallocate() }

    var idleCount: Int { idle.count }

    /// A connection that was used before. The kernel is asked first: what an upstream sent unasked while the loop was busy
    /// would be given to the next client as its answer.
    func take(_ origin: PlainOrigin) -> PlainConnection? {
        while let index = idle.lastIndex(where: { $0.origin == origin }) {
            let connection = idle.remove(at: index)
            let isOld = loop.now - connection.idleSince >= limits.keepAliveTime
            if !isOld && isQuiet(connection) { return connection }
            connection.close()
        }
        return nil
    }

    func put(_ connection: PlainConnection) {
        connection.wasUsed = true
        if limits.idleConnections == 0 || connection.mayRead && !isQuiet(connection) { return connection.close() }
        if idle.count >= limits.idleConnections { idle.removeFirst().close() }
        connection.idleSince = loop.now
        idle.append(connection)
        if !timer.isArmed { loop.schedule(timer, after: limits.keepAliveTime) }
    }

    func open(_ origin: PlainOrigin, _ address: SocketAddress) throws(SystemError) -> PlainConnection {
        var isConnected = false
        let socket = try Socket.beginConnecting(to: address, isConnected: &isConnected)
        Socket.sendAtOnce(socket.raw)
        let connection = PlainConnection(socket, isConnected: isConnected, to: origin, address, self)
        try loop.register(connection.fd, [.readable, .writable, .peerClosed, .edgeTriggered], connection)
        connections[connection.fd] = connection
        return connection
    }

    func connectionDidClose(_ connection: PlainConnection) { connections[connection.fd] = nil }

    /// An unused connection has nothing to say but goodbye; an answer that nobody asked for would be given to the next request.
    func idleConnectionStirs(_ connection: PlainConnection) {
        if isQuiet(connection) { return }
        idle.removeAll { $0 === connection }
        connection.close()
    }

    private func isQuiet(_ connection: PlainConnection) -> Bool {
        do { return try connection.receive(into: probe) == nil } catch { return false }
    }

    private func closeOld() {
        while let first = idle.first, loop.now - first.idleSince >= limits.keepAliveTime { idle.removeFirst().close() }
        if let first = idle.first { loop.schedule(timer, at: first.idleSince + limits.keepAliveTime) }
    }

    func closeAll() {
        timer.disarm()
        idle.removeAll()
        for connection in connections.values { connection.close() }
    }
}

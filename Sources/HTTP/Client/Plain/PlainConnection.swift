internal import LinuxSystem

/// A connection to an upstream: a socket, registered once and edge-triggered, and the transfer that has it for now. It belongs
/// to its pool from the beginning of connecting until it is closed.
final class PlainConnection: ReadinessHandler {
    /// Nil once closed: the number may then be somebody else's.
    private var socket: Descriptor?
    let fd: Int32
    let origin: PlainOrigin
    let address: SocketAddress
    unowned let pool: PlainPool
    /// nil while it waits in the pool.
    var transfer: PlainTransfer?
    private(set) var isConnected: Bool
    /// There may be something to read. Edge-triggered events tell only of changes.
    var mayRead = false
    /// The upstream has closed its side. No event will tell of it again, so everything has to be read up to the end.
    private var endIsNear = false
    /// It has carried an answer before: it may have been closed by the upstream in the meantime.
    var wasUsed = false
    var idleSince = Instant(nanoseconds: 0)

    init(
        _ socket: consuming Descriptor, isConnected: Bool, to origin: PlainOrigin, _ address: SocketAddress,
        _ pool: PlainPool
    ) {
        fd = socket.raw
        self.socket = consume socket
        self.isConnected = isConnected
        self.origin = origin
        self.address = address
        self.pool = pool
    }

    var isOpen: Bool { socket != nil }

    func ready(_ events: Readiness) {
        if !isConnected {
            if !events.isWritable && !events.hasFailed { return }
            isConnected = true
            let error = Socket.connectingError(fd, address)
            transfer?.didConnect(error)
            if error != nil { return }
        }
        if events.isWritable { transfer?.mayWrite(self) }
        // Writing may have ended the transfer, and the connection with it.
        if !isOpen || !events.isReadable && !events.peerIsLeaving { return }
        mayRead = true
        if events.peerIsLeaving { endIsNear = true }
        if let transfer { transfer.pump() } else { pool.idleConnectionStirs(self) }
    }

    /// nil when nothing is there yet; 0 at the end.
    func receive(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int? {
        let count = try Socket.receive(fd, into: buffer)
        // Less than there was room for: what comes later is an event again.
        if !endIsNear && count != 0 && (count ?? 0) < buffer.count { mayRead = false }
        return count
    }

    func close() {
        if socket == nil { return }
        transfer = nil
        pool.loop.deregister(fd)
        socket = nil
        pool.connectionDidClose(self)
    }
}

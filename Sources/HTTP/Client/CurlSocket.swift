internal import CCurl
internal import LinuxSystem

/// One socket of libcurl's in the loop. libcurl lets go of a connection's socket after every answer and takes it up again
/// for the next request; staying registered in between saves two system calls a request.
final class CurlSocket: ReadinessHandler {
    unowned let client: CurlClient
    /// Its own: sockets are still closed while the client is being taken down.
    private let loop: EventLoop
    private let socket: curl_socket_t
    var isConnection = false
    private var registered: Readiness?
    private var wanted: Readiness = []

    /// Requests under way on it.
    private var carried = 0
    private var wasUsed = false
    /// HTTP/2: each answer says to which request it belongs, and the connection has things of its own to say.
    var isMultiplexed = false

    init(_ client: CurlClient, _ socket: curl_socket_t) {
        self.client = client
        loop = client.loop
        self.socket = socket
    }

    func ready(_ events: Readiness) {
        // An unused connection has something to say, most likely goodbye: it is looked at before it is used again.
        if wanted.isEmpty { return unregister() }
        var bits: Int32 = 0
        if events.isReadable { bits |= CURL_CSELECT_IN }
        if events.isWritable { bits |= CURL_CSELECT_OUT }
        if events.hasFailed { bits |= CURL_CSELECT_ERR }
        client.drive(socket, bits)
    }

    func want(_ interest: Readiness) {
        wanted = interest
        if interest.isEmpty && isConnection && registered == .readable { return }
        if interest.isEmpty { return unregister() }
        if registered == interest { return }
        // Failing here means that the descriptor is gone, which libcurl will find out by using it.
        if registered == nil {
            try? loop.register(socket, interest, self)
        } else {
            try? loop.modify(socket, interest)
        }
        registered = interest
    }

    func unregister() {
        if registered != nil { loop.deregister(socket) }
        registered = nil
    }

    // MARK: Who uses it

    /// On our side; 0 before it is bound. Asked once.
    private var localPort: Int32 {
        if knownPort == 0 { knownPort = Int32(Socket.portIfOpen(socket)) }
        return knownPort
    }
    private var knownPort: Int32 = 0

    /// libcurl closes connections that it gives up while they are made without saying so, and ports come back.
    func isFrom(port: Int32) -> Bool {
        isConnection && localPort == port && Socket.portIfOpen(socket) == port
    }

    /// A request is about to be sent on it. False when it has something to say before: on HTTP/1.1 that would be taken
    /// for the answer. libcurl only looks whether the connection has ended.
    func take() -> Bool {
        if wasUsed && carried == 0 && !isMultiplexed && Socket.hasNews(socket) { return false }
        wasUsed = true
        carried += 1
        return true
    }

    func giveBack() { carried -= 1 }
}

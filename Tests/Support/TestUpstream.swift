internal import Glibc
internal import LinuxSystem

/// A server made of blocking sockets and threads, that answers exactly what a test tells it to.
package final class TestUpstream: @unchecked Sendable {
    package let port: UInt16
    private let listener: Descriptor
    private let accepted = Shared(0)
    private let stop: PipeParts

    package var connectionCount: Int { accepted.value }
    package var baseURL: String { "http://127.0.0.1:\(port)" }

    /// `serve` gets each connection on a thread of its own, with its number from zero.
    package init(_ serve: @escaping @Sendable (TestSocket, Int) -> Void) throws {
        listener = try Socket.listen(on: SocketAddress(host: "127.0.0.1", port: 0)!, sharingPort: false)
        port = try Socket.port(of: listener.raw)
        stop = try Descriptor.pipeParts()
        let (fd, stop, accepted) = (listener.raw, self.stop, self.accepted)
        try Thread(name: "test-upstream") {
            var waiting = [
                pollfd(fd: fd, events: Int16(POLLIN), revents: 0),
                pollfd(fd: stop.reading, events: Int16(POLLIN), revents: 0),
            ]
            while poll(&waiting, 2, -1) >= 0, waiting[1].revents == 0 {
                let socket = accept(fd, nil, nil)
                if socket < 0 { continue }
                let number = accepted.value
                accepted.change { $0 += 1 }
                let connection = TestSocket(owning: socket)
                do {
                    try Thread(name: "test-connection") {
                        serve(connection, number)
                        connection.close()
                    }.detach()
                } catch { connection.close() }
            }
        }.detach()
    }

    /// The listening thread ends; its socket closes with this object.
    package func close() { write(stop) }

    /// Answers every request on every connection with what `answer` says.
    package static func answering(_ answer: @escaping @Sendable (TestMessage) -> String) throws -> TestUpstream {
        try TestUpstream { socket, _ in
            while let request = socket.readRequest() {
                if !socket.send(answer(request)) { return }
            }
        }
    }

    package static func ok(_ body: String, _ fields: String = "") -> String {
        "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
    }
}

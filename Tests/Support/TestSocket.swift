internal import Glibc
internal import LinuxSystem

/// One end of a connection for tests: plain bytes, blocking, each wait bounded.
package final class TestSocket: @unchecked Sendable {
    private var descriptor: Descriptor?
    private var received: [UInt8] = []
    /// How the other side ended: nil while it has not.
    package private(set) var end: End?
    package enum End: Sendable { case closed, reset, silent }

    package init(connectingTo port: UInt16) throws {
        descriptor = try Socket.connect(
            to: SocketAddress(host: "127.0.0.1", port: port)!, timeout: .seconds(60))
    }

    /// Takes over an accepted socket.
    package init(owning fd: Int32) {
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, UInt32(MemoryLayout<timeval>.size))
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, UInt32(MemoryLayout<timeval>.size))
        descriptor = Descriptor(owning: fd)
    }

    package var fd: Int32 { descriptor?.raw ?? -1 }
    package func close() { descriptor = nil }
    package func closeWithReset() {
        Socket.resetOnClose(fd)
        close()
    }
    package func shutDownWriting() { Socket.shutDownWriting(fd) }

    /// False when the other side does not take it any more.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(fd, $0.baseAddress! + offset, bytes.count - offset, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            offset += count
        }
        return true
    }

    @discardableResult
    package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// More bytes into `received`; false at the end.
    private func receive() -> Bool {
        if end != nil { return false }
        var room = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(fd, &room, room.count, 0)
        if count > 0 {
            received += room[..<count]
            return true
        }
        end = count == 0 ? .closed : errno == EAGAIN ? .silent : .reset
        return false
    }

    /// Up to and with `marker`; nil when the end comes first.
    package func read(through marker: String) -> String? {
        let marker = Array(marker.utf8)
        var searched = 0
        while true {
            if received.count >= marker.count, searched <= received.count - marker.count {
                for start in searched...(received.count - marker.count)
                where received[start..<(start + marker.count)].elementsEqual(marker) {
                    return String(decoding: take(start + marker.count), as: UTF8.self)
                }
                searched = received.count - marker.count + 1
            }
            if !receive() { return nil }
        }
    }

    package func read(count: Int) -> [UInt8]? {
        while received.count < count { if !receive() { return nil } }
        return take(count)
    }

    package func readToEnd() -> [UInt8] {
        while receive() {}
        return take(received.count)
    }

    private func take(_ count: Int) -> [UInt8] {
        let taken = Array(received[..<count])
        received.removeFirst(count)
        return taken
    }
}

/// A request or an answer, as it was on the wire.
package struct TestMessage: Sendable {
    package var firstLine = ""
    package var fields: [(name: String, value: String)] = []
    package var body: [UInt8] = []
    /// The end of the body came where it should.
    package var isWhole = true

    package subscript(_ name: String) -> String? { fields.first { $0.name.lowercased() == name.lowercased() }?.value }
    package var status: Int { Int(firstLine.split(separator: " ").dropFirst().first ?? "") ?? 0 }
    package var text: String { String(decoding: body, as: UTF8.self) }
}

extension TestSocket {
    /// Nil when there is no whole head.
    package func readMessage(isAnswer: Bool, hasBody: Bool = true) -> TestMessage? {
        guard let head = read(through: "\r\n\r\n") else { return nil }
        var message = TestMessage()
        let lines = head.split(separator: "\r\n")
        message.firstLine = String(lines.first ?? "")
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            message.fields.append((String(line[..<colon]), String(value)))
        }
        if !hasBody || isAnswer && (message.status < 200 || [204, 304].contains(message.status)) { return message }
        if message["transfer-encoding"] != nil {
            readChunks(into: &message)
        } else if let count = message["content-length"].flatMap({ Int($0) }) {
            let body = read(count: count)
            message.isWhole = body != nil
            message.body = body ?? readToEnd()
        } else if isAnswer {
            message.body = readToEnd()
            message.isWhole = end == .closed
        }
        return message
    }

    package func readAnswer(hasBody: Bool = true) -> TestMessage? { readMessage(isAnswer: true, hasBody: hasBody) }
    package func readRequest() -> TestMessage? { readMessage(isAnswer: false) }

    /// Swift takes CR LF for one character, so one is dropped from a size line.
    private func readChunks(into message: inout TestMessage) {
        message.isWhole = false
        while let line = read(through: "\r\n"), let count = Int(line.dropLast(), radix: 16) {
            guard let data = read(count: count), read(through: "\r\n") == "\r\n" else { return }
            if count == 0 {
                message.isWhole = true
                return
            }
            message.body += data
        }
    }
}

internal import JSON
internal import LinuxSystem

/// One question to a running sidecar, by a command: blocking, and bounded in time and size.
enum ControlClient {
    enum Failure: Error, Equatable {
        /// Nobody listens on the socket.
        case notRunning
        /// It is there and says nothing: stopped by a signal, or hanging. Its pid, as far as the kernel tells.
        case silent(pid: Int32?)
        case refused(String)
        case failed(String)

        var message: String {
            switch self {
            case .notRunning: "no sidecar listens there"
            case .silent(let pid): Self.silence(of: pid)
            case .refused(let message), .failed(let message): message
            }
        }

        private static func silence(of pid: Int32?) -> String {
            guard let pid else { return "it does not answer within \(ControlClient.timeMax)" }
            let text = "pid \(pid) does not answer within \(ControlClient.timeMax)"
            return ProcessInfo.isStopped(pid)
                ? "\(text): it was stopped by a signal; `kill -CONT \(pid)` lets it go on"
                : "\(text); `kill -KILL \(pid)` ends it"
        }
    }

    /// The main loop answers within milliseconds; a machine that builds and swaps meanwhile may take longer.
    static let timeMax = TimeSpan.seconds(5)
    private static let answerBytesMax = 16 << 20

    static func ask(
        _ path: String, _ method: String, _ target: String, _ body: JSONValue? = nil, patience: TimeSpan = timeMax
    ) throws(Failure) -> JSONValue {
        let bytes = body?.bytes() ?? []
        // HTTP/1.0: the answer ends with the connection, which spares us a parser of chunks.
        let head = "\(method) \(target) HTTP/1.0\r\nHost: localhost\r\nContent-Length: \(bytes.count)\r\n\r\n"
        let answer: [UInt8]
        var pid: Int32?
        do throws(SystemError) {
            answer = try exchange(path, Array(head.utf8) + bytes, patience, &pid)
        } catch {
            throw error.isConnectionRefused || error.isNotFound ? .notRunning : .failed(error.description)
        }
        // The time was over before anything came.
        if answer.isEmpty { throw .silent(pid: pid) }
        return try read(answer)
    }

    private static func exchange(
        _ path: String, _ request: [UInt8], _ patience: TimeSpan, _ pid: inout Int32?
    ) throws(SystemError) -> [UInt8] {
        let clock = MonotonicClock()
        let deadline = clock.now() + patience
        let socket = try Socket.connect(toPath: path, timeout: timeMax)
        if let peer = try? Socket.peerPID(socket.raw), peer > 0 { pid = peer }
        var sent = 0
        while sent < request.count {
            guard let count = try Socket.send(socket.raw, request[sent...]) else { return [] }
            sent += count
        }
        let answer = ByteBuffer()
        while answer.count < answerBytesMax, try socket.waitUntilReadable(deadline, clock: clock) {
            let count = try Socket.receive(socket.raw, into: answer.writable(minimum: 16 << 10)) ?? 0
            if count == 0 { break }
            answer.commit(count)
        }
        return withExtendedLifetime(answer) { Array(answer.readable) }
    }

    private static func read(_ answer: [UInt8]) throws(Failure) -> JSONValue {
        let text = String(decoding: answer, as: UTF8.self)
        guard let gap = text.range(ofText: "\r\n\r\n"), let status = status(text),
            let body = try? JSONValue(parsing: String(text[gap.upperBound...]))
        else { throw .failed("it gave no answer that can be read") }
        if status >= 300 { throw .refused(body["error"]?.string ?? "it answered with status \(status)") }
        return body
    }

    private static func status(_ text: String) -> Int? {
        let words = text.prefix(64).split(separator: " ", maxSplits: 2)
        return words.count > 1 ? Int(words[1]) : nil
    }
}

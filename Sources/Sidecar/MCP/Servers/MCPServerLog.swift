internal import LinuxSystem

/// What a server says beside the protocol, with times, in a file that is turned over: NAME.log, NAME.log.1, NAME.log.2. On one
/// loop only.
final class MCPServerLog: @unchecked Sendable {
    enum Kind: String {
        case standardError = "err"
        /// On standard output, and no message.
        case noise = "out"
        /// What we have to say of it.
        case own = "---"
        /// By the protocol.
        case message = "log"
    }

    static let bytesMax = 10 << 20
    static let filesMax = 3
    private static let lineBytesMax = 8 << 10
    private static let tailMax = 20
    /// Of noise, a minute: a server with more to say there takes its output for a terminal.
    private static let noiseBytesMax = 8 << 20

    let path: String
    private var file: Descriptor?
    private var size = 0
    private var unfinished: [UInt8] = []
    private var noiseWindow = Instant(nanoseconds: 0)
    private var noiseBytes = 0
    /// The last lines of standard error.
    private(set) var tail: [String] = []

    /// `folder` nil: nothing is kept, for a command that runs a server for itself.
    init(name: String, folder: String?) {
        path = folder.map { "\($0)/\(name).log" } ?? ""
    }

    static func folder(_ state: String) -> String { "\(state)/mcp" }

    func take(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            unfinished += rest[..<end]
            endLine()
            rest = rest[(end + 1)...]
        }
        unfinished += rest
        if unfinished.count > Self.lineBytesMax { endLine() }
    }

    /// Of a process that has ended.
    func finish() { if !unfinished.isEmpty { endLine() } }

    func begin() { tail = [] }

    /// False when there is too much of it.
    func noise(_ text: String, bytes: Int, _ now: Instant) -> Bool {
        if now - noiseWindow >= .seconds(60) {
            noiseWindow = now
            noiseBytes = 0
        }
        noiseBytes += bytes
        if noiseBytes > Self.noiseBytesMax { return false }
        write(.noise, text)
        return true
    }

    func note(_ text: String) { write(.own, text) }

    private func endLine() {
        var line = String(decoding: unfinished.prefix(Self.lineBytesMax), as: UTF8.self)
        unfinished = []
        if line.hasSuffix("\r") { line.removeLast() }
        tail.append(line)
        if tail.count > Self.tailMax { tail.removeFirst() }
        write(.standardError, line)
    }

    func write(_ kind: Kind, _ text: String) {
        if path.isEmpty { return }
        let neutral = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
        let line = Array("\(CivilTime.now().timestamp) \(kind.rawValue) \(neutral)\n".utf8)
        // Without a place to write nothing is lost but the log.
        try? append(line)
    }

    private func append(_ line: [UInt8]) throws(SystemError) {
        if size + line.count > Self.bytesMax, file != nil { try turnOver() }
        if file == nil {
            try File.makeDirectories(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
            size = (try? File.status(path).size) ?? 0
            file = try Descriptor.open(path, [.writeOnly, .create, .append, .noFollow], mode: 0o600)
        }
        try file?.writeAll(line)
        size += line.count
    }

    private func turnOver() throws(SystemError) {
        file = nil
        for number in (1..<Self.filesMax).reversed() {
            let older = number == 1 ? path : "\(path).\(number - 1)"
            if File.exists(older) { try File.move(older, to: "\(path).\(number)") }
        }
    }
}

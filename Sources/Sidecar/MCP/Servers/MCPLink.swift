internal import JSON
internal import LinuxSystem
internal import MCP

/// The way to one server: a process's pipes, or requests over HTTP. On its loop only.
protocol MCPLink: AnyObject {
    var pid: Int32? { get }
    /// The process beneath which everything of it is; nil where that cannot be watched.
    var root: Int32? { get }
    /// What it was refused by its jail.
    var denied: [String] { get }
    func send(_ message: JSONValue)
    /// Asks it to end, the more firmly the later the step; the end itself is told by `MCPLinkEvents`.
    func close(_ firmness: MCPFirmness)
}

extension MCPLink {
    var root: Int32? { nil }
    var denied: [String] { [] }
}

enum MCPFirmness: Int, Sendable {
    /// No more is asked: a server that reads ends at the end of its input.
    case input
    case terminate
    case kill
}

/// How a server's process ended.
struct MCPEnding: Sendable, Equatable {
    var code: Int32?
    var signal: Int32?

    var json: JSONValue {
        ["code": code.map { .int($0) } ?? .null, "signal": signal.map { .int($0) } ?? .null]
    }

    var isFailure: Bool { code != 0 }

    var text: String {
        if let code { return "it ended with code \(code)" }
        guard let signal else { return "it ended" }
        let names: [Int32: String] = [6: "SIGABRT", 9: "SIGKILL", 11: "SIGSEGV", 13: "SIGPIPE", 15: "SIGTERM"]
        return "it was ended by \(names[signal] ?? "signal \(signal)")"
    }
}

/// Who is told what happens on a link, on its loop.
protocol MCPLinkEvents: AnyObject {
    /// `request`: our own, on whose stream it came, where there are streams.
    func linkDidReceive(_ line: RPCLines.Line, during request: Int?)
    /// Arguments of a call that its server wants as fields too.
    func linkFields(_ parameters: JSONValue) -> [(name: String, value: String)]
    /// What it writes for people.
    func linkDidReceive(diagnostics: [UInt8])
    func linkDidStart(pid: Int32)
    /// What we have to say of it, for people.
    func linkDidNote(_ text: String)
    /// A person has to say who asks; it has to be closed.
    func linkNeedsLogin(_ why: String)
    /// It is of no use any more, and has to be closed.
    func linkDidFail(_ reason: String)
    /// Once, and nothing after it.
    func linkDidEnd(_ ending: MCPEnding, reason: String?)
}

extension MCPLinkEvents {
    func linkDidReceive(_ line: RPCLines.Line) { linkDidReceive(line, during: nil) }
}

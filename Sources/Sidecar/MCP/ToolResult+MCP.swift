internal import JSON
internal import LinuxSystem
internal import MCP
internal import ToolRuntime

extension MCPCallResult {
    /// The same object as behind the other doors: what MCP has a place for there, the rest in `_meta`.
    init(_ result: ToolResult) {
        self.init(
            content: result.content.map { MCPContent($0) }, structured: result.structured, isError: result.isError,
            meta: [
                "sidecar/run": [
                    "tool": .string(result.tool), "denied": result.denied?.json ?? .null, "sandbox": result.sandbox,
                    "duration_us": result.microseconds,
                ]
            ])
    }
}

extension MCPContent {
    init(_ content: ToolContent) {
        switch content {
        case .text(let text): self = .text(text)
        case .image(let mediaType, let base64): self = .image(mimeType: mediaType, base64: base64)
        }
    }
}

extension ToolResult {
    /// How much a client's log is told of it, and what.
    var logged: (level: MCPLogLevel, data: JSONValue) {
        let level: MCPLogLevel =
            switch ending {
            case .done: .debug
            case .failed, .wrongInput, .timedOut, .cancelled: .info
            case .denied: .warning
            case .sandboxTooWeak: .error
            }
        return (
            level,
            [
                "tool": .string(tool), "ending": .string(ending.rawValue), "code": structured["code"] ?? .null,
                "denied": denied?.json ?? .null, "duration_us": microseconds,
            ]
        )
    }
}

extension ToolProgress {
    var seconds: Double { Double(elapsed.milliseconds) / 1000 }
    var message: String { "\(elapsed.milliseconds / 1000) s, \(lines) \(lines == 1 ? "line" : "lines") so far" }
}

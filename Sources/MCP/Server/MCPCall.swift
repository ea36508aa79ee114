package import JSON

/// A request that somebody has to do something for: a call of a tool, or what other servers are asked.
package struct MCPCall: Sendable, Equatable {
    package let id: RPCID
    package let method: String
    /// Of `tools/call`; else empty.
    package let tool: String
    /// What the tool is called with, or the parameters of another method without their `_meta`. Always an object.
    package let arguments: JSONValue
    package let context: MCPRequestContext
    /// To what the last attempt at it asked for.
    package var answers: JSONValue = [:]
}

/// What came of it. That a tool failed is a result too: the model is to see it, and to do better.
package struct MCPCallResult: Sendable, Equatable {
    package var content: [MCPContent]
    /// For programs.
    package var structured: JSONValue?
    package var isError: Bool
    /// Beside the protocol's own.
    package var meta: JSONValue
    /// Of another method than `tools/call`: all of it, as another server gave it.
    private var whole: JSONValue?

    package init(whole: JSONValue) {
        self.init(content: [])
        self.whole = whole
    }

    package init(content: [MCPContent], structured: JSONValue? = nil, isError: Bool = false, meta: JSONValue = [:]) {
        self.content = content
        self.structured = structured
        self.isError = isError
        self.meta = meta
    }

    func json(_ version: MCPVersion) -> JSONValue {
        if let whole { return whole }
        var json: JSONValue = ["content": .array(content.map(\.json))]
        if version.hasStructuredResults, let structured { json["structuredContent"] = structured }
        json["isError"] = .bool(isError)
        if meta.object?.isEmpty == false { json["_meta"] = meta }
        return json
    }
}

/// A piece of a result.
package enum MCPContent: Sendable, Equatable {
    case text(String)
    case image(mimeType: String, base64: String)
    case audio(mimeType: String, base64: String)
    /// A file or the like that comes along.
    case document(uri: String, mimeType: String, base64: String)
    /// As another server gave it.
    case raw(JSONValue)

    var json: JSONValue {
        switch self {
        case .raw(let json): json
        case .text(let text): ["type": "text", "text": .string(text)]
        case .image(let mimeType, let base64): Self.data("image", mimeType, base64)
        case .audio(let mimeType, let base64): Self.data("audio", mimeType, base64)
        case .document(let uri, let mimeType, let base64):
            [
                "type": "resource",
                "resource": ["uri": .string(uri), "mimeType": .string(mimeType), "blob": .string(base64)],
            ]
        }
    }

    private static func data(_ type: String, _ mimeType: String, _ base64: String) -> JSONValue {
        ["type": .string(type), "data": .string(base64), "mimeType": .string(mimeType)]
    }
}

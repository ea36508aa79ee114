package import JSON

/// Why a request has no result. Not for tools that report an error: that is a result (MCPCallResult).
package struct RPCError: Error, Sendable, Equatable {
    /// The numbers that JSON-RPC and MCP have given a meaning.
    package enum Code: Int, Sendable, CaseIterable {
        case parse = -32700
        case invalidRequest = -32600
        case unknownMethod = -32601
        case invalidParameters = -32602
        case internalError = -32603
        case headerMismatch = -32020
        case missingCapability = -32021
        case unsupportedVersion = -32022
    }

    package let code: Code
    package let message: String
    package let data: JSONValue?

    package init(_ code: Code, _ message: String, data: JSONValue? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    package var json: JSONValue {
        var json: JSONValue = ["code": .int(code.rawValue), "message": .string(message)]
        if let data { json["data"] = data }
        return json
    }

    /// The whole message. Without an id when the request's own could not be read.
    package func response(to id: RPCID?) -> JSONValue {
        ["jsonrpc": "2.0", "id": id?.json ?? .null, "error": json]
    }
}

extension RPCError {
    /// What a line or a body is told that is no JSON.
    package static func parse(_ error: JSONError) -> RPCError { RPCError(.parse, "this is no JSON: \(error)") }
}

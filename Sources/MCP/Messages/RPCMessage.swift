package import JSON

/// A message as it came, checked for what JSON-RPC and MCP demand of every message and of none in particular.
package enum RPCMessage: Sendable, Equatable {
    case request(RPCRequest)
    case notification(RPCNotification)
    case response(RPCResponse)

    /// What is wrong, and whom to tell: the id, as far as it could be read.
    package struct Fault: Error, Sendable, Equatable {
        package let id: RPCID?
        package let error: RPCError

        package var response: JSONValue { error.response(to: id) }
    }

    package static func read(_ json: JSONValue) throws(Fault) -> RPCMessage {
        guard case .object(let object) = json else {
            throw Fault(id: nil, error: RPCError(.invalidRequest, "a message is an object"))
        }
        let id = object["id"].flatMap { RPCID($0) }
        func fault(_ message: String) -> Fault { Fault(id: id, error: RPCError(.invalidRequest, message)) }

        guard object["jsonrpc"]?.string == "2.0" else { throw fault("`jsonrpc` is not \"2.0\"") }
        guard let named = object["method"] else {
            guard let response = RPCResponse(object, id) else {
                throw fault("neither a `method`, nor an `id` with a `result` or an `error`")
            }
            return .response(response)
        }
        guard let method = named.string else { throw fault("`method` is no text") }
        let parameters = object["params"] ?? [:]
        guard parameters.object != nil else { throw fault("`params` is no object") }
        guard object["id"] != nil else {
            return .notification(RPCNotification(method: method, parameters: parameters))
        }
        guard let id else { throw fault("`id` is neither a text nor a whole number") }
        return .request(RPCRequest(id: id, method: method, parameters: parameters))
    }
}

package struct RPCRequest: Sendable, Equatable {
    package let id: RPCID
    package let method: String
    /// Always an object.
    package let parameters: JSONValue

    package init(id: RPCID, method: String, parameters: JSONValue = [:]) {
        self.id = id
        self.method = method
        self.parameters = parameters
    }

    package var json: JSONValue {
        ["jsonrpc": "2.0", "id": id.json, "method": .string(method), "params": parameters]
    }

    package func response(_ result: JSONValue) -> JSONValue { Self.response(to: id, result) }

    package static func response(to id: RPCID, _ result: JSONValue) -> JSONValue {
        ["jsonrpc": "2.0", "id": id.json, "result": result]
    }
}

package struct RPCNotification: Sendable, Equatable {
    package let method: String
    /// Always an object.
    package let parameters: JSONValue

    package init(method: String, parameters: JSONValue = [:]) {
        self.method = method
        self.parameters = parameters
    }

    package var json: JSONValue { ["jsonrpc": "2.0", "method": .string(method), "params": parameters] }
}

/// What came of a request. The error stays JSON: others may have codes that we do not know.
package struct RPCResponse: Sendable, Equatable {
    /// nil where the other side could not read it.
    package let id: RPCID?
    package let result: JSONValue?
    package let error: JSONValue?

    fileprivate init?(_ object: JSONObject, _ id: RPCID?) {
        guard (object["result"] != nil) != (object["error"] != nil) else { return nil }
        // Only an error can answer a request without a readable id.
        guard id != nil || object["result"] == nil && object["id"].map(\.isNull) ?? true else { return nil }
        self.id = id
        result = object["result"]
        error = object["error"]
    }
}

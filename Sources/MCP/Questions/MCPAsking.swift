package import JSON

/// What a server can ask of whoever calls it, in either era.
package enum MCPAsking: String, Sendable, CaseIterable {
    case elicitation = "elicitation/create"
    case sampling = "sampling/createMessage"
    case roots = "roots/list"

    /// The capability by which a client says that it can be asked.
    package var ability: String {
        switch self {
        case .elicitation: "elicitation"
        case .sampling: "sampling"
        case .roots: "roots"
        }
    }

    /// nil: a client that has declared these can be asked that; else what it lacks.
    package func obstacle(_ parameters: JSONValue, _ abilities: JSONValue) -> String? {
        guard let said = abilities[ability], !said.isNull else { return "the client has not declared `\(ability)`" }
        switch self {
        // Who says no more than `{}` means forms; that is how it was before there was anything else.
        case .elicitation where parameters["mode"]?.string == "url" && said["url"] == nil:
            return "the client opens no addresses: it has not declared `elicitation.url`"
        case .elicitation where parameters["mode"]?.string != "url" && said["form"] == nil && said["url"] != nil:
            return "the client fills in no forms: it has not declared `elicitation.form`"
        case .sampling where parameters["tools"]?.array?.isEmpty == false && said["tools"] == nil:
            return "the client samples without tools: it has not declared `sampling.tools`"
        default: return nil
        }
    }

    /// What a server is told when nobody answers. A dialog that nobody has seen was neither accepted nor declined: `cancel` is
    /// the word for that, which servers are prepared for.
    func unanswered(_ id: RPCID, _ why: String) -> JSONValue {
        if self == .elicitation {
            return RPCRequest.response(to: id, ["action": "cancel", "_meta": ["sidecar/reason": .string(why)]])
        }
        return RPCError(.unknownMethod, "`\(rawValue)`: \(why)").response(to: id)
    }
}

/// What came of a question.
package enum MCPAnswer: Sendable, Equatable {
    case result(JSONValue)
    /// The client's own, with whatever code it has for it.
    case error(JSONValue)
    /// Nobody answers it, and why.
    case nobody(String)

    package init(_ response: RPCResponse) {
        if let result = response.result, result.object != nil {
            self = .result(result)
        } else {
            self = .error(response.error ?? RPCError(.internalError, "the client's answer is no object").json)
        }
    }

    /// Why there is no result.
    package var problem: String? {
        switch self {
        case .result: nil
        case .error(let error): "the client refused it: \(error["message"]?.string ?? "no reason given")"
        case .nobody(let why): why
        }
    }
}

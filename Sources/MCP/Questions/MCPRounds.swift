package import JSON

/// What servers without sessions ask of whoever calls them: the result of a call says what is missing, and the call comes again
/// with it. Between a client and a server that both do so nothing has to be remembered.
package enum MCPRounds {
    private static let requests = "inputRequests"
    private static let responses = "inputResponses"
    private static let state = "requestState"

    /// What whoever sends this can be asked, when it says so: with each request, or when it opens a session.
    package static func abilities(declaredBy message: JSONValue) -> JSONValue {
        let parameters = message["params"]
        return abilities(parameters?["capabilities"] ?? parameters?["_meta"]?[MCPRequestContext.Key.capabilities])
    }

    /// What of a client's capabilities is about that.
    static func abilities(_ capabilities: JSONValue?) -> JSONValue {
        var abilities: JSONValue = [:]
        for kind in MCPAsking.allCases {
            if let said = capabilities?[kind.ability] { abilities[kind.ability] = said }
        }
        return abilities
    }

    /// What comes along when a call comes again.
    static func answers(_ parameters: JSONValue) -> JSONValue {
        var answers: JSONValue = [:]
        for key in [responses, state] { if let value = parameters[key] { answers[key] = value } }
        return answers
    }

    /// What has to be answered before the call comes again, by the server's own names. Only of a result without a `problem`.
    package static func questions(_ result: JSONValue) -> [(name: String, kind: MCPAsking, parameters: JSONValue)] {
        (result[requests]?.object?.members ?? []).compactMap { member in
            MCPAsking(rawValue: member.value["method"]?.string ?? "").map {
                (member.key, $0, member.value["params"] ?? [:])
            }
        }
    }

    /// The parameters of the call that comes again.
    package static func again(_ parameters: JSONValue, after result: JSONValue, _ answers: JSONValue) -> JSONValue {
        var parameters = parameters
        parameters[responses] = answers
        parameters[state] = result[state]
        return parameters
    }

    /// A result that asks for one thing, from somebody who keeps what is under way by that state.
    package static func question(
        _ name: String, _ kind: MCPAsking, _ parameters: JSONValue, state: String
    ) -> JSONValue {
        var asked: JSONValue = [:]
        asked[name] = ["method": .string(kind.rawValue), "params": parameters]
        return ["resultType": "input_required", requests: asked, Self.state: .string(state)]
    }

    /// The state and the answers of a call that comes again.
    package static func state(of answers: JSONValue) -> String? { answers[state]?.string }
    package static func responses(of answers: JSONValue) -> [(name: String, result: JSONValue)] {
        (answers[responses]?.object?.members ?? []).map { ($0.key, $0.value) }
    }

    package static func isWanted(by result: JSONValue) -> Bool { result["resultType"]?.string == "input_required" }

    /// nil: it asks for what it may; else what is wrong with it.
    static func problem(_ result: JSONValue, _ abilities: JSONValue) -> String? {
        guard let asked = result[requests], !asked.isNull else {
            return result[state]?.string == nil ? "it asks for input, and does not say for what" : nil
        }
        guard let object = asked.object else { return "`\(requests)` is no object" }
        for member in object.members {
            let method = member.value["method"]?.string ?? "nothing"
            guard let kind = MCPAsking(rawValue: method), abilities[kind.ability] != nil else {
                return "it asks for `\(method.prefix(100))`, which it was told that nobody here can give"
            }
        }
        return nil
    }
}

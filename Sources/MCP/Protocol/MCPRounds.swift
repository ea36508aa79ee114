package import JSON

/// What servers without sessions ask of whoever calls them: the result of a call says what is missing, and the call comes again
/// with it. Between a client and a server that both do so nothing has to be remembered.
package enum MCPRounds {
    /// By the capability that a client declares for each.
    private static let methods = [
        "elicitation/create": "elicitation", "sampling/createMessage": "sampling", "roots/list": "roots",
    ]
    private static let requests = "inputRequests"
    private static let responses = "inputResponses"
    private static let state = "requestState"

    /// What of a client's capabilities is about that.
    static func abilities(_ capabilities: JSONValue?) -> JSONValue {
        var abilities: JSONValue = [:]
        for name in methods.values { if let said = capabilities?[name] { abilities[name] = said } }
        return abilities
    }

    /// What comes along when a call comes again.
    static func answers(_ parameters: JSONValue) -> JSONValue {
        var answers: JSONValue = [:]
        for key in [responses, state] { if let value = parameters[key] { answers[key] = value } }
        return answers
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
            guard let ability = methods[method], abilities[ability] != nil else {
                return "it asks for `\(method.prefix(100))`, which it was told that nobody here can give"
            }
        }
        return nil
    }
}

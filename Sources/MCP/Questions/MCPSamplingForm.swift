package import JSON

/// What a server wants a model to say (`sampling/createMessage`) as a request of the Messages API, and the answer as the result that
/// it waits for. Pure.
package enum MCPSamplingForm {
    /// `model` and `tokensMax` are the user's word; what the server prefers is only a wish, and its wish for less is granted.
    package static func request(
        _ parameters: JSONValue, model: String, tokensMax: Int
    ) throws(RPCError) -> JSONValue {
        if parameters["tools"]?.array?.isEmpty == false {
            throw RPCError(.invalidParameters, "sampling with tools is not to be had here")
        }
        guard let messages = parameters["messages"]?.array, !messages.isEmpty else {
            throw RPCError(.invalidParameters, "`messages` is missing, or empty")
        }
        var asked: [JSONValue] = []
        for message in messages {
            guard let role = message["role"]?.string, role == "user" || role == "assistant" else {
                throw RPCError(.invalidParameters, "`role` of a message is user or assistant")
            }
            asked.append(["role": .string(role), "content": .array(try blocks(message["content"] ?? .null))])
        }
        let wanted = parameters["maxTokens"]?.int ?? tokensMax
        var request: JSONValue = [
            "model": .string(model), "max_tokens": .int(min(max(1, wanted), tokensMax)), "stream": true,
        ]
        if let system = parameters["systemPrompt"]?.string, !system.isEmpty { request["system"] = .string(system) }
        request["messages"] = .array(asked)
        if let temperature = parameters["temperature"], temperature.double != nil {
            request["temperature"] = temperature
        }
        let stops = (parameters["stopSequences"]?.array ?? []).filter { $0.string?.isEmpty == false }
        if !stops.isEmpty { request["stop_sequences"] = .array(stops) }
        return request
    }

    /// One block, or from 2025-11-25 on a list of them.
    private static func blocks(_ content: JSONValue) throws(RPCError) -> [JSONValue] {
        var blocks: [JSONValue] = []
        for block in content.array ?? [content] {
            switch block["type"]?.string {
            case "text": blocks.append(["type": "text", "text": .string(block["text"]?.string ?? "")])
            case "image":
                blocks.append([
                    "type": "image",
                    "source": [
                        "type": "base64", "media_type": block["mimeType"] ?? "image/png", "data": block["data"] ?? "",
                    ],
                ])
            case let type:
                throw RPCError(
                    .invalidParameters,
                    "content of type `\((type ?? "none").prefix(40))` cannot be given to a model here")
            }
        }
        return blocks
    }

    package static func result(text: String, model: String, stopReason: String?) -> JSONValue {
        let reasons = ["end_turn": "endTurn", "max_tokens": "maxTokens", "stop_sequence": "stopSequence"]
        var result: JSONValue = [
            "role": "assistant", "content": ["type": "text", "text": .string(text)], "model": .string(model),
        ]
        if let stopReason { result["stopReason"] = .string(reasons[stopReason] ?? stopReason) }
        return result
    }
}

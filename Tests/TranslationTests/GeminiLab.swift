import JSON
import Testing

@testable import Translation

/// Requests and answers of one Gemini provider, as a test sees them.
enum GeminiLab {
    static let provider = "gemini"

    static func request(_ body: String, model: String = "gemini-3-flash") throws -> EncodedRequest {
        try JSONParser().parse(copying: body).withRoot { root in
            try GeminiRequest.encode(root, model: model, provider: provider)
        }
    }

    /// The upstream's body.
    static func encoded(_ body: String, model: String = "gemini-3-flash") throws -> JSONValue {
        try JSONValue(parsing: request(body, model: model).body)
    }

    static func contents(_ messages: String, model: String = "gemini-3-flash") throws -> [JSONValue] {
        try #require(try encoded(#"{"messages":\#(messages)}"#, model: model)["contents"]?.array)
    }

    /// A tool's schema, in the dialect.
    static func schema(_ schema: String) throws -> JSONValue? {
        let body = try encoded(#"{"messages":[],"tools":[{"name":"T","input_schema":\#(schema)}]}"#)
        return body["tools"]?[0]?["functionDeclarations"]?[0]?["parameters"]
    }

    /// The schema of a property `p`, in the dialect.
    static func property(_ schema: String) throws -> JSONValue? {
        try self.schema(#"{"type":"object","properties":{"p":\#(schema)}}"#)?["properties"]?["p"]
    }

    static func context(
        thinking: Bool = true, model: String = "gemini-3-flash", tools: String = "[]"
    ) throws -> MessageContext {
        let mode = thinking ? #""thinking":{"type":"adaptive"},"# : ""
        let request = try request(
            #"{\#(mode)"tools":\#(tools),"messages":[{"role":"user","content":"Hi"}]}"#, model: model)
        return MessageContext(
            messageID: "msg_01abc", shownModel: "big", model: model, provider: provider, request: request,
            requestID: "req_1")
    }

    static func stream(
        _ events: [String], cut: String? = nil, _ context: MessageContext? = nil
    ) throws -> ClientEvents {
        var stream = GeminiStream(try context ?? self.context())
        let parser = JSONParser()
        for event in events { Array(event.utf8).withUnsafeBytes { stream.event($0, parser) } }
        stream.end(cut: cut)
        var text: [UInt8] = []
        stream.drain { text += $0 }
        return try ClientEvents(text, failure: stream.failure)
    }

    static func whole(_ body: String, _ context: MessageContext? = nil) throws -> JSONValue {
        let context = try context ?? self.context()
        return try JSONParser().parse(copying: body).withRoot { root in
            try JSONValue(parsing: GeminiStream.whole(root, context).body)
        }
    }

    static func piece(_ parts: String, finish: String? = nil, usage: String? = nil) -> String {
        let reason = finish.map { #","finishReason":"\#($0)""# } ?? ""
        let counts = usage.map { #","usageMetadata":\#($0)"# } ?? ""
        return #"{"candidates":[{"content":{"role":"model","parts":[\#(parts)]}\#(reason)}]\#(counts)}"#
    }

    static func text(_ text: String) -> String { #"{"text":\#(JSONValue.string(text))}"# }
    static func thought(_ text: String) -> String { #"{"text":\#(JSONValue.string(text)),"thought":true}"# }
    static func call(_ name: String, _ args: String = "{}", id: String? = nil, signature: String? = nil) -> String {
        let id = id.map { #""id":"\#($0)","# } ?? ""
        let signature = signature.map { #","thoughtSignature":"\#($0)""# } ?? ""
        return #"{"functionCall":{\#(id)"name":"\#(name)","args":\#(args)}\#(signature)}"#
    }

    /// The blocks of a streamed answer, as a client sends them back.
    static func blocks(_ events: ClientEvents) throws -> JSONValue {
        var blocks: [JSONValue] = []
        for (place, block) in events.blocks.enumerated() {
            switch block.type {
            case "thinking":
                blocks.append([
                    "type": "thinking", "thinking": .string(block.text), "signature": .string(block.signature ?? ""),
                ])
            case "text": blocks.append(["type": "text", "text": .string(block.text)])
            default:
                blocks.append([
                    "type": "tool_use", "id": block.start["id"] ?? .null, "name": block.start["name"] ?? .null,
                    "input": try events.input(place),
                ])
            }
        }
        return .array(blocks)
    }
}

import JSON
import Testing

@testable import Translation

/// Requests and answers of one chat provider, as a test sees them.
enum ChatLab {
    static func request(
        _ body: String, dialect: ChatDialect = .openAI, model: String = "gpt-5.2", provider: String = "openai"
    ) throws -> ChatRequest {
        let document = try JSONParser().parse(copying: body)
        return try document.withRoot { root in
            try ChatRequest(root, model: model, provider: provider, dialect: dialect)
        }
    }

    /// The upstream's body.
    static func encoded(_ body: String, dialect: ChatDialect = .openAI, model: String = "gpt-5.2") throws -> JSONValue {
        try JSONValue(parsing: request(body, dialect: dialect, model: model).body)
    }

    static func encoded(messages: String, dialect: ChatDialect = .openAI) throws -> [JSONValue] {
        let value = try encoded(#"{"model":"m","max_tokens":100,"messages":\#(messages)}"#, dialect: dialect)
        return try #require(value["messages"]?.array)
    }

    static func context(
        _ request: ChatRequest? = nil, dialect: ChatDialect = .openAI, thinking: Bool = true
    ) throws -> ChatAnswerContext {
        let mode = thinking ? #""thinking":{"type":"adaptive"},"# : ""
        let request = try request ?? self.request(#"{\#(mode)"messages":[{"role":"user","content":"Hi"}]}"#)
        return ChatAnswerContext(
            messageID: "msg_01abc", shownModel: "big", model: "gpt-5.2", provider: "openai", dialect: dialect,
            request: request, requestID: "req_1")
    }

    static func answer(_ body: String, _ context: ChatAnswerContext) throws -> JSONValue {
        try JSONParser().parse(copying: body).withRoot { root in
            try JSONValue(parsing: ChatAnswer(root, context).body)
        }
    }

    /// The events that a client gets for these of the upstream.
    static func stream(
        _ events: [String], cut: String? = nil, _ context: ChatAnswerContext? = nil
    ) throws -> ClientEvents {
        try stream(events.map { Array($0.utf8) }, cut: cut, context)
    }

    static func stream(
        _ events: [[UInt8]], cut: String? = nil, _ context: ChatAnswerContext? = nil
    ) throws -> ClientEvents {
        var stream = ChatStream(try context ?? self.context())
        let parser = JSONParser()
        for event in events { event.withUnsafeBytes { stream.event($0, parser) } }
        stream.end(cut: cut)
        var text: [UInt8] = []
        stream.drain { text += $0 }
        return try ClientEvents(text, failure: stream.failure)
    }

    static func delta(_ members: String) -> String { #"{"choices":[{"index":0,"delta":{\#(members)}}]}"# }
    static func text(_ text: String) -> String { delta(#""content":\#(JSONValue.string(text))"#) }
    static func finish(_ reason: String) -> String {
        #"{"choices":[{"index":0,"delta":{},"finish_reason":"\#(reason)"}]}"#
    }
    static func call(_ index: Int?, id: String? = nil, name: String? = nil, _ arguments: String) -> String {
        let members = [
            index.map { #""index":\#($0)"# }, id.map { #""id":"\#($0)""# },
            #""function":{\#(name.map { #""name":"\#($0)","# } ?? "")"arguments":\#(JSONValue.string(arguments))}"#,
        ].compactMap(\.self)
        return delta(#""tool_calls":[{\#(members.joined(separator: ","))}]"#)
    }
}

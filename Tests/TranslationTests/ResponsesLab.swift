import JSON
import Testing

@testable import Translation

/// OpenAI's Responses API, as a test of the codec sees it.
enum ResponsesLab {
    static let dialect = ChatDialect.openAI.asResponses

    static func encoded(_ body: String, model: String = "gpt-5.2") throws -> JSONValue {
        try ChatLab.encoded(body, dialect: dialect, model: model)
    }

    static func input(_ messages: String) throws -> [JSONValue] {
        try #require(try encoded(#"{"messages":\#(messages)}"#)["input"]?.array)
    }

    static func stream(
        _ events: [String], cut: String? = nil, thinking: Bool = true
    ) throws -> ClientEvents {
        try ChatLab.stream(events, cut: cut, ChatLab.context(dialect: dialect, thinking: thinking))
    }

    static func answer(_ body: String, thinking: Bool = true) throws -> JSONValue {
        try ChatLab.answer(body, ChatLab.context(dialect: dialect, thinking: thinking))
    }

    // MARK: Events

    static func event(_ type: String, _ members: String) -> String { #"{"type":"\#(type)",\#(members)}"# }

    static func text(_ item: Int, _ text: String) -> String {
        event(
            "response.output_text.delta",
            #""output_index":\#(item),"content_index":0,"delta":\#(JSONValue.string(text))"#)
    }

    static func added(_ item: Int, _ members: String) -> String {
        event("response.output_item.added", #""output_index":\#(item),"item":{\#(members)}"#)
    }

    static func done(_ item: Int, _ members: String) -> String {
        event("response.output_item.done", #""output_index":\#(item),"item":{\#(members)}"#)
    }

    static func call(_ item: Int, _ name: String, id: String = "call_1") -> String {
        added(item, #""type":"function_call","id":"fc","call_id":"\#(id)","name":"\#(name)","arguments":"""#)
    }

    static func arguments(_ item: Int, _ text: String) -> String {
        event(
            "response.function_call_arguments.delta", #""output_index":\#(item),"delta":\#(JSONValue.string(text))"#)
    }

    static func summary(_ item: Int, _ part: Int, _ text: String) -> String {
        event(
            "response.reasoning_summary_text.delta",
            #""output_index":\#(item),"summary_index":\#(part),"delta":\#(JSONValue.string(text))"#)
    }

    static func end(_ status: String = "completed", _ members: String = "") -> String {
        event("response.\(status)", #""response":{"status":"\#(status)"\#(members)}"#)
    }
}

internal import JSON

/// One item of a response's output, while its block is told and when it is whole. Texts are kept as the JSON strings that
/// they came as, without their quotes, so nothing is unescaped and escaped again.
struct ResponsesOutItem {
    enum Kind { case reasoning, message, call, custom }

    let kind: Kind
    let id: String
    let place: Int
    var callID = ""
    var name = ""
    /// What was said, thought or given as arguments.
    var text: [UInt8] = []
    var signature: [UInt8] = []
    var redacted: String?

    mutating func add(_ piece: JSONElement) { text += Self.content(of: piece) }

    static func content(of piece: JSONElement) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: piece.sourceBytes.dropFirst().dropLast())
    }

    /// The item as it stands before anything of it was told, or once all of it was.
    func write(to writer: inout JSONWriter, isDone: Bool, _ context: ResponsesOutContext) {
        writer.beginObject()
        member("id", id, &writer)
        switch kind {
        case .reasoning:
            member("type", "reasoning", &writer)
            writer.key("summary")
            writer.beginArray()
            if isDone && !text.isEmpty && context.showsSummaries { summary(&writer) }
            writer.endArray()
            if isDone && context.showsEncrypted { member("encrypted_content", encrypted, &writer) }
        case .message:
            member("type", "message", &writer)
            member("role", "assistant", &writer)
            writer.key("content")
            writer.beginArray()
            if isDone { part(&writer, isDone: true) }
            writer.endArray()
        case .call:
            member("type", "function_call", &writer)
            callMembers(&writer)
            writer.key("arguments")
            if isDone { string(arguments, &writer) } else { writer.string("") }
        case .custom:
            member("type", "custom_tool_call", &writer)
            callMembers(&writer)
            member("input", isDone ? customInput : "", &writer)
        }
        if kind != .custom { member("status", isDone ? "completed" : "in_progress", &writer) }
        writer.endObject()
    }

    func part(_ writer: inout JSONWriter, isDone: Bool) {
        writer.beginObject()
        member("type", "output_text", &writer)
        writer.key("text")
        string(isDone ? text : [], &writer)
        writer.key("annotations")
        writer.beginArray()
        writer.endArray()
        writer.key("logprobs")
        writer.beginArray()
        writer.endArray()
        writer.endObject()
    }

    func summary(_ writer: inout JSONWriter, isDone: Bool = true) {
        writer.beginObject()
        member("type", "summary_text", &writer)
        writer.key("text")
        string(isDone ? text : [], &writer)
        writer.endObject()
    }

    /// A JSON string of which the inside is given.
    func string(_ content: [UInt8], _ writer: inout JSONWriter) {
        ([UInt8(ascii: "\"")] + content + [UInt8(ascii: "\"")]).withUnsafeBytes { writer.raw($0) }
    }

    /// A call without any has an empty object.
    var arguments: [UInt8] { text.isEmpty ? Array("{}".utf8) : text }

    /// The one text that stands in the arguments of a tool that takes any.
    var customInput: String {
        let argumentsText = Self.unescaped(arguments)
        guard let value = try? JSONValue(parsing: argumentsText) else { return argumentsText }
        return value[ChatInReader.customArgument]?.string ?? argumentsText
    }

    private var encrypted: String {
        CarriedThinking(text: Self.unescaped(text), signature: Self.unescaped(signature), redacted: redacted).encrypted
    }

    private static func unescaped(_ content: [UInt8]) -> String {
        (try? JSONValue(parsing: [UInt8(ascii: "\"")] + content + [UInt8(ascii: "\"")]))?.string ?? ""
    }

    private func callMembers(_ writer: inout JSONWriter) {
        member("call_id", callID, &writer)
        member("name", name, &writer)
    }

    private func member(_ key: String, _ value: String, _ writer: inout JSONWriter) {
        writer.key(key)
        writer.string(value)
    }
}

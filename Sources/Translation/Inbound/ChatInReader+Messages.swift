internal import JSON

extension ChatInReader {
    mutating func conversation(_ messages: [JSONElement]) throws(TranslationRefusal) {
        let first = messages.firstIndex { !Self.isSystem($0) } ?? messages.count
        if first > 0 {
            writer.key("system")
            writer.beginArray()
            for message in messages[..<first] { try content(message["content"], message) }
            writer.endArray()
        }
        writer.key("messages")
        writer.beginArray()
        var index = first
        while index < messages.count {
            let message = messages[index]
            switch message["role"]?.string {
            case "user": try write("user", message)
            case "system", "developer": try write("system", message)
            case "assistant": try assistant(message)
            case "tool", "function":
                // All results of one turn are one message of the user.
                begin("user")
                while index < messages.count, Self.isResult(messages[index]) {
                    try result(messages[index])
                    index += 1
                }
                index -= 1
                end()
            default:
                throw TranslationRefusal(
                    "messages",
                    "messages.\(index).role: '\(message["role"]?.string ?? "")' is no role of chat completions")
            }
            index += 1
        }
        writer.endArray()
    }

    private static func isSystem(_ message: JSONElement) -> Bool {
        message["role"]?.equals("system") == true || message["role"]?.equals("developer") == true
    }

    private static func isResult(_ message: JSONElement) -> Bool {
        message["role"]?.equals("tool") == true || message["role"]?.equals("function") == true
    }

    mutating func begin(_ role: String) {
        writer.beginObject()
        writer.key("role")
        writer.string(role)
        writer.key("content")
        writer.beginArray()
    }

    mutating func end() {
        writer.endArray()
        writer.endObject()
    }

    private mutating func write(_ role: String, _ message: JSONElement) throws(TranslationRefusal) {
        begin(role)
        try content(message["content"], message)
        end()
    }

    mutating func text(_ text: JSONElement, _ cache: JSONElement?) {
        // Anthropic refuses text blocks without text.
        if text.isBlankText { return }
        writer.beginObject()
        writer.key("type")
        writer.string("text")
        writer.key("text")
        writer.raw(text.sourceBytes)
        if let cache, cache.isObject {
            writer.key("cache_control")
            writer.raw(cache.sourceBytes)
        }
        writer.endObject()
    }

    // MARK: Content

    private mutating func content(_ content: JSONElement?, _ message: JSONElement) throws(TranslationRefusal) {
        guard let content else { return }
        if content.isString { return text(content, message["cache_control"]) }
        for part in content.elements {
            switch part["type"]?.string {
            case "text": if let words = part["text"] { text(words, part["cache_control"]) }
            case "refusal": if let words = part["refusal"] { text(words, nil) }
            case "image_url": try image(part["image_url"]?["url"])
            case "file": try file(part["file"])
            case let type:
                throw TranslationRefusal(
                    "messages", "messages: parts of type '\(type ?? "")' are not carried to Anthropic's API")
            }
        }
    }

    mutating func image(_ url: JSONElement?) throws(TranslationRefusal) {
        guard let url, let text = url.string else {
            throw TranslationRefusal("messages", "image_url: only pictures with a URL are carried to other APIs")
        }
        writer.beginObject()
        writer.key("type")
        writer.string("image")
        writer.key("source")
        writer.beginObject()
        writer.key("type")
        if let (type, start) = Self.dataURL(text) {
            writer.string("base64")
            writer.key("media_type")
            writer.string(type)
            writer.key("data")
            writer.string(String(text.utf8.dropFirst(start)) ?? "")
        } else {
            writer.string("url")
            writer.key("url")
            writer.raw(url.sourceBytes)
        }
        writer.endObject()
        writer.endObject()
    }

    mutating func file(_ file: JSONElement?) throws(TranslationRefusal) {
        guard let text = file?["file_data"]?.string, let (type, start) = Self.dataURL(text), type == "application/pdf"
        else {
            throw TranslationRefusal("messages", "file: only PDFs as `file_data` are carried to Anthropic's API")
        }
        writer.value([
            "type": "document", "title": .string(file?["filename"]?.string ?? "document.pdf"),
            "source": [
                "type": "base64", "media_type": .string(type),
                "data": .string(String(text.utf8.dropFirst(start)) ?? ""),
            ],
        ])
    }

    /// `data:image/png;base64,…`: the type, and where the data begins.
    private static func dataURL(_ text: String) -> (type: String, start: Int)? {
        guard text.hasPrefix("data:"), let comma = text.utf8.firstIndex(of: UInt8(ascii: ",")) else { return nil }
        let head = text.utf8[..<comma].dropFirst(5)
        let words = head.split(separator: UInt8(ascii: ";")).map { String(decoding: $0, as: UTF8.self) }
        guard words.last == "base64", let type = words.first else { return nil }
        return (type, text.utf8.distance(from: text.utf8.startIndex, to: comma) + 1)
    }

    // MARK: Calls and results

    private mutating func assistant(_ message: JSONElement) throws(TranslationRefusal) {
        let calls = message["tool_calls"].map { Array($0.elements) } ?? []
        begin("assistant")
        for detail in message["reasoning_details"].map({ Array($0.elements) }) ?? [] {
            guard let signature = detail["signature"], signature.isString, let words = detail["text"] else { continue }
            writer.beginObject()
            writer.key("type")
            writer.string("thinking")
            writer.key("thinking")
            writer.raw(words.sourceBytes)
            writer.key("signature")
            writer.raw(signature.sourceBytes)
            writer.endObject()
        }
        try content(message["content"], message)
        for call in calls {
            guard let function = call["function"], let name = function["name"] else { continue }
            beginCall(call["id"], name)
            ToolArguments.object(function["arguments"], isCut: false).withUnsafeBytes { writer.raw($0) }
            writer.endObject()
        }
        end()
    }

    /// Up to its input.
    mutating func beginCall(_ id: JSONElement?, _ name: JSONElement) {
        writer.beginObject()
        writer.key("type")
        writer.string("tool_use")
        writer.key("id")
        writer.string(ToolIDs.forClient(id?.string ?? ""))
        writer.key("name")
        writer.raw(name.sourceBytes)
        writer.key("input")
    }

    private mutating func result(_ message: JSONElement) throws(TranslationRefusal) {
        beginResult(message["tool_call_id"])
        try content(message["content"], message)
        endResult()
    }

    /// Up to its content.
    mutating func beginResult(_ id: JSONElement?) {
        writer.beginObject()
        writer.key("type")
        writer.string("tool_result")
        writer.key("tool_use_id")
        writer.string(ToolIDs.forClient(id?.string ?? ""))
        writer.key("content")
        writer.beginArray()
    }

    mutating func endResult() {
        writer.endArray()
        writer.endObject()
    }
}

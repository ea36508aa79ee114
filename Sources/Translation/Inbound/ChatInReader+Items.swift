internal import JSON

/// The items of the Responses API. What the assistant said, thought and called in one go is one message of Anthropic's, and
/// so are the results of its calls.
extension ChatInReader {
    mutating func items(_ input: JSONElement) throws(TranslationRefusal) {
        let all = input.isString ? [] : Array(input.elements)
        let first = all.firstIndex { !Self.isInstruction($0) } ?? all.count
        if root["instructions"]?.isString == true || first > 0 {
            writer.key("system")
            writer.beginArray()
            if let instructions = root["instructions"], instructions.isString { text(instructions, nil) }
            for item in all[..<first] { try parts(item["content"]) }
            writer.endArray()
        }
        writer.key("messages")
        writer.beginArray()
        if input.isString {
            begin("user")
            text(input, nil)
            end()
        }
        var index = first
        while index < all.count {
            let kind = try Kind(all[index], index)
            let start = index
            while index < all.count, try Kind(all[index], index) == kind, index == start || kind.gathers { index += 1 }
            switch kind {
            case .user, .system, .assistant, .results: begin(kind.role)
            case .nothing: continue
            }
            for item in all[start..<index] { try write(item) }
            end()
        }
        writer.endArray()
    }

    private static func isInstruction(_ item: JSONElement) -> Bool {
        item["role"]?.equals("system") == true || item["role"]?.equals("developer") == true
    }

    private enum Kind: Equatable {
        case user, system, assistant, results
        /// Of tools that OpenAI runs: nobody else can read it.
        case nothing

        init(_ item: JSONElement, _ index: Int) throws(TranslationRefusal) {
            switch item["type"]?.string ?? "message" {
            case "message":
                switch item["role"]?.string {
                case "user": self = .user
                case "assistant": self = .assistant
                case "system", "developer": self = .system
                case let role:
                    throw TranslationRefusal("input", "input.\(index).role: '\(role ?? "")' is no role of messages")
                }
            case "function_call", "custom_tool_call", "reasoning": self = .assistant
            case "function_call_output", "custom_tool_call_output": self = .results
            case "item_reference":
                throw TranslationRefusal(
                    "input", "input.\(index): no items are kept here; send the item itself in place of a reference")
            default: self = .nothing
            }
        }

        var gathers: Bool { self == .assistant || self == .results }

        var role: String {
            switch self {
            case .assistant: "assistant"
            case .system: "system"
            case .user, .results, .nothing: "user"
            }
        }
    }

    private mutating func write(_ item: JSONElement) throws(TranslationRefusal) {
        switch item["type"]?.string ?? "message" {
        case "message": try parts(item["content"])
        case "reasoning": thought(item)
        case "function_call":
            guard let name = item["name"] else { return }
            beginCall(item["call_id"], name)
            ToolArguments.object(item["arguments"], isCut: false).withUnsafeBytes { writer.raw($0) }
            writer.endObject()
        case "custom_tool_call":
            guard let name = item["name"] else { return }
            beginCall(item["call_id"], name)
            writer.value([Self.customArgument: .string(item["input"]?.string ?? "")])
            writer.endObject()
        default:
            beginResult(item["call_id"])
            try parts(item["output"])
            endResult()
        }
    }

    /// Only what came from here can go back; the provider behind looks whether it was its own.
    private mutating func thought(_ item: JSONElement) {
        guard let text = item["encrypted_content"]?.string, let thought = CarriedThinking(text) else {
            return leftOut.note(.thinkingHistory)
        }
        thought.write(to: &writer)
    }

    // MARK: Parts

    private mutating func parts(_ content: JSONElement?) throws(TranslationRefusal) {
        guard let content else { return }
        if content.isString { return text(content, nil) }
        for part in content.elements {
            switch part["type"]?.string {
            case "input_text", "output_text", "text": if let words = part["text"] { text(words, nil) }
            case "refusal": if let words = part["refusal"] { text(words, nil) }
            case "input_image": try image(part["image_url"])
            case "input_file" where part["file_url"]?.isString == true: fileURL(part)
            case "input_file": try file(part)
            case let type:
                throw TranslationRefusal("input", "input: parts of type '\(type ?? "")' are not carried to other APIs")
            }
        }
    }

    private mutating func fileURL(_ part: JSONElement) {
        writer.value([
            "type": "document", "source": ["type": "url", "url": .string(part["file_url"]?.string ?? "")],
        ])
    }
}

/// A thinking block of Anthropic's inside of a reasoning item's encrypted content: text and signature, because only both of
/// them together can go back, and a client need not have asked for the text.
struct CarriedThinking: Equatable {
    let text: String
    let signature: String
    /// Of a block that is encrypted as a whole; then there is nothing else.
    let redacted: String?

    init(text: String, signature: String, redacted: String? = nil) {
        self.text = text
        self.signature = signature
        self.redacted = redacted
    }

    init?(_ encrypted: String) {
        guard encrypted.hasPrefix(ThinkingSignature.mark),
            let bytes = Base64URL.decode(encrypted.dropFirst(ThinkingSignature.mark.count)),
            let value = try? JSONValue(parsing: bytes)
        else { return nil }
        text = value["text"]?.string ?? ""
        signature = value["signature"]?.string ?? ""
        redacted = value["redacted"]?.string
    }

    var encrypted: String {
        var value: JSONValue = ["text": .string(text), "signature": .string(signature)]
        if let redacted { value = ["redacted": .string(redacted)] }
        return ThinkingSignature.mark + Base64URL.encode(value.bytes())
    }

    func write(to writer: inout JSONWriter) {
        if let redacted {
            writer.value(["type": "redacted_thinking", "data": .string(redacted)])
        } else {
            writer.value(["type": "thinking", "thinking": .string(text), "signature": .string(signature)])
        }
    }
}

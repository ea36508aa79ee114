package import JSON

/// What a request costs to read, in the tokens of one model: its texts counted one after the other, and what the provider
/// adds around them. What it thinks of pictures and papers is the provider's rule, not the tokenizer's.
package struct RequestTokens {
    private var counter: TokenCounter
    private var scratch: [UInt8] = []
    private var total = 0

    /// Around each message, call and result: who speaks, and where it ends.
    private static let aroundMessage = 4
    private static let aroundBlock = 3
    /// What tools cost before the first of them, and each beside its own words.
    private static let aroundTools = 12
    private static let aroundTool = 8
    private static let aroundAnswer = 3

    private init(_ counter: TokenCounter) { self.counter = counter }

    package static func count(_ root: JSONElement, _ counter: TokenCounter) -> Int {
        var tokens = RequestTokens(counter)
        tokens.request(root)
        return tokens.total
    }

    private mutating func request(_ root: JSONElement) {
        total += Self.aroundAnswer
        if let system = root["system"] {
            total += Self.aroundMessage
            content(system)
        }
        for message in root["messages"].map({ Array($0.elements) }) ?? [] {
            total += Self.aroundMessage
            if let words = message["content"] { content(words) }
        }
        guard let tools = root["tools"], tools.count > 0 else { return }
        total += Self.aroundTools
        for tool in tools.elements where tool["defer_loading"]?.bool != true {
            total += Self.aroundTool
            for key in ["name", "description"] { if let words = tool[key] { text(words) } }
            if let schema = tool["input_schema"] { raw(schema.sourceBytes) }
        }
    }

    private mutating func content(_ content: JSONElement) {
        if content.isString { return text(content) }
        for block in content.elements { self.block(block) }
    }

    private mutating func block(_ block: JSONElement) {
        switch BlockKind(block) {
        case .text: if let words = block["text"] { text(words) }
        case .thinking: if let words = block["thinking"] { text(words) }
        case .toolUse, .serverToolUse:
            total += Self.aroundBlock
            if let name = block["name"] { text(name) }
            if let input = block["input"] { raw(input.sourceBytes) }
        case .toolResult, .serverToolResult:
            total += Self.aroundBlock
            if let inner = block["content"] { content(inner) }
        case .searchResult:
            for key in ["title", "source"] { if let words = block[key] { text(words) } }
            if let inner = block["content"] { content(inner) }
        case .image: total += MediaTokens.image(block["source"])
        case .document: document(block)
        case .toolReference: if let name = block["tool_name"] { text(name) }
        case .redactedThinking, .other: return
        }
    }

    private mutating func document(_ block: JSONElement) {
        for key in ["title", "context"] { if let words = block[key] { text(words) } }
        guard let source = block["source"] else { return }
        switch source["type"]?.string {
        case "text": if let words = source["data"] { text(words) }
        case "content": if let inner = source["content"] { content(inner) }
        default: total += MediaTokens.paper(source)
        }
    }

    private mutating func text(_ text: JSONElement) {
        if let plain = text.plainUTF8 {
            total += counter.count(plain)
            return
        }
        scratch.removeAll(keepingCapacity: true)
        text.appendUTF8(to: &scratch)
        total += scratch.withUnsafeBufferPointer { counter.count($0) }
    }

    private mutating func raw(_ json: UnsafeRawBufferPointer) {
        total += counter.count(json.assumingMemoryBound(to: UInt8.self))
    }
}

/// Tokens of a text, exactly or nearly.
package struct TokenCounter {
    private var encoder: BytePairEncoder?

    /// nil: nobody has the model's vocabulary.
    package init(_ vocabulary: Vocabulary?) { encoder = vocabulary.map { BytePairEncoder($0) } }

    package mutating func count(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        if encoder == nil { return TokenEstimate.of(text) }
        return encoder!.count(text)
    }
}

internal import JSON

/// Tells an answer in blocks: opens and closes them as what is said changes its kind, and leaves out texts of nothing but
/// white space, which no client may send back.
struct AnswerTeller<Writer: AnswerWriter> {
    var writer: Writer
    let context: MessageContext
    private(set) var hasCalls = false
    private(set) var outputBytes = 0
    /// White space that a text began with.
    private var waitingText = WaitingText()
    /// What the open thinking block is signed with.
    private var payload: [UInt8] = []
    private var ids: Set<String> = []

    init(_ writer: Writer, _ context: MessageContext) {
        self.writer = writer
        self.context = context
    }

    var isThinking: Bool { writer.open == .thinking }

    // MARK: Text

    /// The usual way: the upstream's bytes are copied as they stand.
    mutating func say(_ text: JSONElement) {
        guard text.isString, text.sourceBytes.count > 2 else { return }
        if writer.open == .text {
            outputBytes += text.sourceBytes.count - 2
            return writer.delta(text)
        }
        var bytes: [UInt8] = []
        text.appendUTF8(to: &bytes)
        say(bytes)
    }

    mutating func say(_ text: [UInt8]) {
        if text.isEmpty { return }
        outputBytes += text.count
        guard writer.open != .text else { return text.withUnsafeBufferPointer { writer.delta(utf8: $0) } }
        waitingText.append(text)
        if waitingText.isBlank { return }
        closeBlock()
        writer.beginText()
        waitingText.bytes.withUnsafeBufferPointer { writer.delta(utf8: $0) }
        waitingText.removeAll()
    }

    // MARK: Thinking

    mutating func think(_ text: JSONElement) {
        guard text.isString, text.sourceBytes.count > 2 else { return }
        outputBytes += text.sourceBytes.count - 2
        guard context.showsThinking else { return }
        openThinking()
        writer.delta(text)
    }

    mutating func think(_ text: [UInt8]) {
        if text.isEmpty { return }
        outputBytes += text.count
        guard context.showsThinking else { return }
        openThinking()
        text.withUnsafeBufferPointer { writer.delta(utf8: $0) }
    }

    mutating func openThinking() {
        if isThinking { return }
        closeBlock()
        writer.beginThinking()
    }

    /// Signs the open thinking block, when it ends.
    mutating func sign(_ payload: [UInt8]) { self.payload = payload }

    /// Ends the open block.
    mutating func closeBlock() {
        if isThinking {
            writer.signature(
                ThinkingSignature(provider: context.provider, model: context.model, payload: payload).text)
            payload = []
        }
        writer.endBlock()
    }

    // MARK: Calls

    /// A call that came whole.
    mutating func call(id: String, name: String, _ input: [UInt8]) {
        let id = beginCall(id)
        outputBytes += input.count
        input.withUnsafeBufferPointer { writer.tool(id: id, name: context.names.original(name), $0) }
    }

    /// What comes before a call is over, white space is forgotten. Returns the id for the client, which no other call has.
    mutating func beginCall(_ id: String) -> String {
        closeBlock()
        waitingText.removeAll()
        hasCalls = true
        if !id.isEmpty, ids.insert(id).inserted { return id }
        let own = context.toolID(ids.count)
        ids.insert(own)
        return own
    }

    /// What the provider has searched for by itself, and found.
    mutating func tellSearch(_ query: String, _ pages: [(title: String, url: String)]) {
        let id = "srv" + context.toolID(ids.count)
        ids.insert(id)
        (["query": .string(query)] as JSONValue).bytes().withUnsafeBufferPointer {
            writer.serverTool(id: id, name: "web_search", $0)
        }
        let results = pages.map { page -> JSONValue in
            [
                "type": "web_search_result", "title": .string(page.title), "url": .string(page.url),
                "encrypted_content": "", "page_age": .null,
            ]
        }
        let block: JSONValue = [
            "type": "web_search_tool_result", "tool_use_id": .string(id), "content": .array(results),
        ]
        block.bytes().withUnsafeBufferPointer { writer.block($0) }
    }

    // MARK: The end

    /// When nobody says what it cost.
    var estimate: TokenCounts {
        var counts = TokenCounts()
        counts.input = context.estimatedTokens
        counts.output = max(1, outputBytes / 4)
        return counts
    }
}

extension AnswerTeller<AnthropicStreamWriter> {
    /// What clients must see before anything else can be said to them.
    mutating func begin() {
        guard !writer.hasBegun else { return }
        var counts = TokenCounts()
        counts.input = context.estimatedTokens
        counts.output = 1
        writer.start(id: context.messageID, model: context.shownModel, counts)
    }
}

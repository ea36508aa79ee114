package import JSON

/// Turns the events of a streamed chat completion into those of a streamed message.
package struct ChatStream: AnswerCodec, ~Copyable {
    let context: ChatAnswerContext
    var writer = AnthropicStreamWriter()
    var finish = ChatFinish()
    var counts: TokenCounts?
    var calls = ChatStreamCalls()
    var details = ReasoningDetails()
    /// What the Responses API counts and repeats.
    var items = ResponsesItems()
    private var text = PaddedBytes()
    private var mender = SplitCharacterMender()
    private var splitter: ThinkTagSplitter?
    /// White space that a text began with: if nothing follows it there is no text. Also text that came in the middle of a
    /// call's arguments, and has to wait for their end.
    private var waitingText = WaitingText()
    private var waitingThought: [UInt8] = []
    private var isDone = false
    private var outputBytes = 0
    /// The failure that ended the stream; the gateway may send it as a status while nothing was written yet.
    package private(set) var failure: UpstreamFailure?

    package init(_ context: ChatAnswerContext) {
        self.context = context
        if context.dialect.splitsThinkTags { splitter = ThinkTagSplitter() }
    }

    package var hasEnded: Bool { writer.hasEnded }

    /// What the client gets since the last time. The memory stays.
    package mutating func drain(_ body: (UnsafeRawBufferPointer) -> Void) { writer.drain(body) }

    /// What clients must see before anything else can be said to them.
    package mutating func begin() {
        var estimate = TokenCounts()
        estimate.input = context.estimatedTokens
        estimate.output = 1
        writer.start(id: context.messageID, model: context.shownModel, estimate)
    }

    /// The data of one event.
    package mutating func event(_ data: UnsafeRawBufferPointer, _ parser: JSONParser) {
        guard !writer.hasEnded, failure == nil, !data.isEmpty else { return }
        if data.first == UInt8(ascii: "["), data.count >= 6, data.prefix(6).elementsEqual("[DONE]".utf8) {
            isDone = true
            return end(cut: nil)
        }
        text.removeAll()
        if let mended = mender.mend(data) {
            mended.withUnsafeBytes { text.append($0) }
        } else {
            text.append(data)
        }
        do throws(JSONError) {
            let document = try parser.parse(text.bytes)
            document.withRoot { note($0) }
        } catch {
            fail(
                UpstreamFailure(
                    status: 502,
                    "provider \(context.provider) sent an event that is not JSON (\(error)): \(ShownBytes.text(data))"))
        }
    }

    private mutating func note(_ root: JSONElement) {
        if let error = root["error"], !error.isNull {
            return fail(ChatFailure.read(status: 200, root, provider: context.provider))
        }
        if context.dialect.wire == .responses { return note(response: root) }
        if let usage = TokenCounts(chat: root["usage"]) { counts = usage }
        guard let choices = root["choices"] else { return }
        for choice in choices.elements where choice["index"]?.int ?? 0 == 0 { note(choice: choice) }
    }

    private mutating func note(choice: JSONElement) {
        begin()
        if let delta = choice["delta"] ?? choice["message"] { note(delta: delta) }
        if choice["finish_reason"]?.equals("error") == true {
            let own = choice["error"]?["message"]?.string ?? "the answer failed"
            return fail(UpstreamFailure(status: 502, "provider \(context.provider): \(own)"))
        }
        finish.note(choice)
    }

    private mutating func note(delta: JSONElement) {
        for member in delta.members {
            let key = member.key
            let value = member.value
            if key.equals("content") {
                spoken(value)
            } else if key.equals("tool_calls") {
                for call in value.elements { note(call: call) }
            } else if key.equals("reasoning_content")
                || key.equals("reasoning") && delta["reasoning_content"]?.isString != true
            {
                thought(value)
            } else if key.equals("reasoning_details") {
                if context.showsThinking { details.add(value) }
            } else if key.equals("refusal"), value.isString {
                finish.hasRefused = true
                said(value)
            } else if key.equals("function_call"), value.isObject {
                note(function: value, id: nil, index: nil)
            }
        }
    }

    // MARK: Text

    private mutating func spoken(_ value: JSONElement) {
        // Some send parts here as well.
        for part in value.elements { if let text = part["text"] { spoken(text) } }
        guard value.isString else { return }
        guard splitter != nil else { return said(value) }
        var bytes: [UInt8] = []
        value.appendUTF8(to: &bytes)
        var pieces: [(ThinkTagSplitter.Kind, [UInt8])] = []
        splitter?.add(bytes) { pieces.append(($0, $1)) }
        take(pieces)
    }

    private mutating func take(_ pieces: [(ThinkTagSplitter.Kind, [UInt8])]) {
        for (kind, bytes) in pieces {
            switch kind {
            case .text: said(bytes)
            case .thinking where context.showsThinking && !bytes.isEmpty:
                if isInCall {
                    waitingThought += bytes
                    continue
                }
                openThinking()
                bytes.withUnsafeBufferPointer { writer.delta(utf8: $0) }
                outputBytes += bytes.count
            case .thinking: continue
            }
        }
    }

    /// The usual way: the upstream's bytes are copied as they stand.
    mutating func said(_ value: JSONElement) {
        if writer.open == .text {
            if value.sourceBytes.count == 2 { return }
            outputBytes += value.sourceBytes.count - 2
            return writer.delta(value)
        }
        var bytes: [UInt8] = []
        value.appendUTF8(to: &bytes)
        said(bytes)
    }

    private mutating func said(_ bytes: [UInt8]) {
        if bytes.isEmpty { return }
        outputBytes += bytes.count
        guard writer.open != .text else { return bytes.withUnsafeBufferPointer { writer.delta(utf8: $0) } }
        waitingText.append(bytes)
        if !waitingText.isBlank && !isInCall { tellWaitingText() }
    }

    private mutating func tellWaitingText() {
        closeBlock()
        writer.beginText()
        waitingText.bytes.withUnsafeBufferPointer { writer.delta(utf8: $0) }
        waitingText.removeAll()
    }

    /// What a block began with and never got beyond.
    mutating func forgetBlankText() {
        if waitingText.isBlank { waitingText.removeAll() }
    }

    // MARK: Thinking

    mutating func thought(_ value: JSONElement) {
        guard value.isString, value.sourceBytes.count > 2 else { return }
        outputBytes += value.sourceBytes.count - 2
        guard context.showsThinking else { return }
        if isInCall {
            value.appendUTF8(to: &waitingThought)
            return
        }
        openThinking()
        writer.delta(value)
    }

    mutating func openThinking() {
        if writer.open == .thinking { return }
        closeBlock()
        writer.beginThinking()
    }

    /// Ends the open block with what it still owes: the signature, the rest of a call.
    mutating func closeBlock() {
        switch writer.open {
        case .thinking:
            writer.signature(context.signature(items.takePayload() ?? details.payload))
            details = ReasoningDetails()
            writer.endBlock()
        case .tool: endCall(isCut: false)
        case .text, nil: writer.endBlock()
        }
    }

    /// Something else may not begin yet: a call's arguments are not whole, and a block that was ended stays so.
    var isInCall: Bool {
        guard writer.open == .tool, let place = calls.openPlace else { return false }
        return !calls.all[place].mender.isComplete
    }

    // MARK: The end

    /// The upstream has ended its answer. `cut` says why it was not whole, where the connection knows.
    package mutating func end(cut: String?) {
        guard !writer.hasEnded, failure == nil else { return }
        guard cut == nil, finish.reason != nil || isDone else {
            let why = cut ?? "it ended without saying why it stopped"
            return fail(
                UpstreamFailure(
                    status: 502, "provider \(context.provider) broke off before its answer was whole: \(why)"))
        }
        begin()
        var pieces: [(ThinkTagSplitter.Kind, [UInt8])] = []
        splitter?.finish { pieces.append(($0, $1)) }
        take(pieces)
        endCalls(isCut: finish.isCut)
        if !waitingThought.isEmpty {
            openThinking()
            waitingThought.withUnsafeBufferPointer { writer.delta(utf8: $0) }
        }
        forgetBlankText()
        if !waitingText.isEmpty { tellWaitingText() }
        // What was only signed and encrypted, or came after everything else.
        if !details.isEmpty && context.showsThinking && writer.open != .thinking {
            closeBlock()
            writer.beginThinking()
        }
        closeBlock()
        let hasCalls = calls.hasAny
        writer.finish(
            finish.stopReason(hasCalls: hasCalls), sequence: finish.stopSequence(hasCalls: hasCalls),
            counts ?? estimated())
    }

    private func estimated() -> TokenCounts {
        var estimate = TokenCounts()
        estimate.input = context.estimatedTokens
        estimate.output = max(1, outputBytes / 4)
        return estimate
    }

    package mutating func fail(_ failure: UpstreamFailure) {
        guard self.failure == nil, !writer.hasEnded else { return }
        self.failure = failure
        if writer.hasBegun { writer.fail(failure, requestID: context.requestID) }
    }

    // MARK: Whole answers

    package static func whole(
        _ root: JSONElement, _ context: ChatAnswerContext
    ) throws(UpstreamFailure) -> (body: [UInt8], counts: TokenCounts?) {
        let answer = try ChatAnswer(root, context)
        return (answer.body, answer.counts)
    }

    package static func refusal(_ root: JSONElement, status: Int, _ context: ChatAnswerContext) -> UpstreamFailure {
        ChatFailure.read(status: status, root, provider: context.provider)
    }
}

internal import JSON

/// Reads what `Converse` answers: blocks, why it stopped, what it cost.
struct ConverseReader<Writer: AnswerWriter> {
    var teller: AnswerTeller<Writer>
    var finish = ConverseFinish()
    private(set) var counts: TokenCounts?
    private var reasoning = ConverseReasoning()

    init(_ writer: Writer, _ context: MessageContext) { teller = AnswerTeller(writer, context) }

    var context: MessageContext { teller.context }

    /// A block of a whole answer.
    mutating func note(block: JSONElement) {
        if let text = block["text"] {
            teller.say(text)
        } else if let reasoning = block["reasoningContent"] {
            if let text = reasoning["reasoningText"] { note(reasoning: text) }
            note(reasoning: reasoning)
            endThinking()
        } else if let call = block["toolUse"] {
            note(call: call)
        } else if let cited = block["citationsContent"]?["content"], cited.isArray {
            for piece in cited.elements { if let text = piece["text"] { teller.say(text) } }
        }
    }

    private mutating func note(call: JSONElement) {
        // What the service runs itself is none of the client's calls.
        guard let name = call["name"]?.string, !name.isEmpty, call["type"] == nil else { return }
        let id = ToolIDs.forClient(call["toolUseId"]?.string ?? "")
        teller.call(id: id, name: name, ToolArguments.object(call["input"], isCut: false))
    }

    /// Some streams say nowhere that a thought has ended.
    mutating func say(_ text: JSONElement) {
        if teller.isThinking, text.isString, text.sourceBytes.count > 2 { endThinking() }
        teller.say(text)
    }

    /// Words, a signature, or what only its maker can read: of a whole answer or of a piece.
    mutating func note(reasoning piece: JSONElement) {
        if let text = piece["text"] { teller.think(text) }
        guard context.showsThinking else { return }
        if let signature = piece["signature"]?.string { reasoning.note(signature: signature) }
        if let redacted = piece["redactedContent"]?.string { reasoning.note(redacted: redacted) }
        if !reasoning.isEmpty { teller.openThinking() }
    }

    /// Two thoughts are two blocks: each has a signature of its own.
    mutating func endThinking() {
        if teller.isThinking {
            teller.sign(reasoning.payload)
            teller.closeBlock()
        }
        reasoning = ConverseReasoning()
    }

    mutating func note(usage: JSONElement?) {
        guard let usage, let input = usage["inputTokens"]?.int, let output = usage["outputTokens"]?.int else { return }
        var counts = TokenCounts()
        counts.input = max(input, 0)
        counts.output = max(output, 0)
        counts.cacheRead = max(usage["cacheReadInputTokens"]?.int ?? 0, 0)
        counts.cacheCreation = max(usage["cacheWriteInputTokens"]?.int ?? 0, 0)
        self.counts = counts
    }
}

/// Why the model stopped, told truly.
struct ConverseFinish {
    var reason: String?
    private var explanation: String?

    /// What a guardrail found, where it was asked to say so.
    mutating func note(trace: JSONElement?) {
        if let why = trace?["guardrail"]?["actionReason"]?.string, !why.isEmpty { explanation = why }
    }

    /// What a filter says; nil: none has spoken.
    var refusal: String? {
        guard let reason, reason == "guardrail_intervened" || reason == "content_filtered" else { return nil }
        return "The answer was stopped: " + (explanation.map { "\(reason): \($0)" } ?? reason)
    }

    /// In the middle of what was said.
    var isCut: Bool { reason == "max_tokens" || reason == "model_context_window_exceeded" }

    func stopReason(hasCalls: Bool) -> StopReason {
        if refusal != nil { return .refusal }
        switch reason {
        case "max_tokens": return .maxTokens
        case "model_context_window_exceeded": return .contextWindowExceeded
        case "stop_sequence" where !hasCalls: return .stopSequence
        default: return hasCalls ? .toolUse : .endTurn
        }
    }

    /// What the model could not write: asking again helps.
    func failure(_ provider: String) -> UpstreamFailure? {
        guard let reason, reason.hasPrefix("malformed_") else { return nil }
        return UpstreamFailure(status: 502, "provider \(provider) stopped with \(reason)")
    }
}

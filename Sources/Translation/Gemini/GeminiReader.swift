internal import JSON

/// Reads what `generateContent` answers, whole or in pieces: a piece of a stream has the shape of a whole answer.
struct GeminiReader<Writer: AnswerWriter> {
    var teller: AnswerTeller<Writer>
    private(set) var finish = GeminiFinish()
    private(set) var counts: TokenCounts?
    private var signatures = GeminiSignatures()
    /// The signature of a text belongs to the first one behind the thinking.
    private var hasSaid = false
    private var found = GeminiFindings()

    init(_ writer: Writer, _ context: MessageContext) { teller = AnswerTeller(writer, context) }

    private var context: MessageContext { teller.context }

    mutating func note(_ root: JSONElement) throws(UpstreamFailure) {
        if root["error"] != nil { throw GeminiFailure.read(root, status: 200, provider: context.provider) }
        if let usage = TokenCounts(gemini: root["usageMetadata"]) { counts = usage }
        if let feedback = root["promptFeedback"] { finish.note(feedback: feedback) }
        guard let candidates = root["candidates"] else { return }
        for candidate in candidates.elements where candidate["index"]?.int ?? 0 == 0 {
            if let parts = candidate["content"]?["parts"], parts.isArray {
                for part in parts.elements { note(part: part) }
            }
            if let grounding = candidate["groundingMetadata"] ?? candidate["grounding_metadata"] {
                found.note(grounding)
            }
            finish.note(candidate)
        }
    }

    /// All is said: what a search has found comes last.
    mutating func close() {
        teller.closeBlock()
        if !found.isEmpty { teller.tellSearch(found.query, found.pages) }
    }

    private mutating func note(part: JSONElement) {
        let signature = part["thoughtSignature"]?.string ?? part["thought_signature"]?.string
        if let call = part["functionCall"] { return note(call: call, signature) }
        if part["thought"]?.bool == true {
            if let text = part["text"] { teller.think(text) }
            if let signature { sign(\.thought, signature) }
            return
        }
        if let text = part["text"] {
            if let signature, !hasSaid, teller.isThinking { sign(\.text, signature) }
            if text.isString, text.sourceBytes.count > 2 { hasSaid = true }
            teller.say(text)
        } else if let code = part["executableCode"]?["code"]?.string {
            teller.say(Array("\n```\n\(code)\n```\n".utf8))
        } else if let output = part["codeExecutionResult"]?["output"]?.string {
            teller.say(Array("\n```\n\(output)\n```\n".utf8))
        } else if let type = part["inlineData"]?["mimeType"]?.string {
            teller.say(Array("[\(context.provider) made \(type) here, which a message cannot hold.]".utf8))
        }
    }

    /// The open thinking block carries it; one is opened where there is none.
    private mutating func sign(_ place: WritableKeyPath<GeminiSignatures, String?>, _ signature: String) {
        guard context.showsThinking else { return }
        if !teller.isThinking { signatures = GeminiSignatures() }
        teller.openThinking()
        signatures[keyPath: place] = signature
        teller.sign(signatures.payload)
    }

    private mutating func note(call: JSONElement, _ signature: String?) {
        guard let name = call["name"]?.string, !name.isEmpty else { return }
        var id = GeminiCallID(upstream: call["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }, signature: nil)
        if let signature {
            if context.showsThinking {
                sign(\.call, signature)
            } else {
                // Nobody is shown the block that would carry it.
                var own = GeminiSignatures()
                own.call = signature
                id.signature =
                    ThinkingSignature(provider: context.provider, model: context.model, payload: own.payload).text
            }
        }
        signatures = GeminiSignatures()
        hasSaid = false
        teller.call(id: id.text, name: name, ToolArguments.object(call["args"], isCut: false))
    }
}

/// Why the model stopped, told truly.
struct GeminiFinish {
    private(set) var reason: String?
    private var message: String?
    private var block: String?

    var isKnown: Bool { reason != nil || block != nil }

    mutating func note(_ candidate: JSONElement) {
        if let reason = candidate["finishReason"]?.string, reason != "FINISH_REASON_UNSPECIFIED" {
            self.reason = reason
        }
        if let message = candidate["finishMessage"]?.string { self.message = message }
    }

    /// A prompt that is blocked has no candidates.
    mutating func note(feedback: JSONElement) {
        guard let reason = feedback["blockReason"]?.string else { return }
        block = feedback["blockReasonMessage"]?.string.map { "\(reason): \($0)" } ?? reason
    }

    private static let refusals: Set<String> = [
        "SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY",
        "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "MODEL_ARMOR", "PUP_LIMITED_DISABLED",
    ]
    private static let ends: Set<String> = ["STOP", "MAX_TOKENS", "CONTINUATION"]

    /// What a filter says; nil: none has spoken.
    var refusal: String? {
        if let block { return "The prompt was blocked: \(block)" }
        guard let reason, Self.refusals.contains(reason) else { return nil }
        return "The answer was stopped: " + (message.map { "\(reason): \($0)" } ?? reason)
    }

    func stopReason(hasCalls: Bool) -> StopReason {
        if refusal != nil { return .refusal }
        if reason == "MAX_TOKENS" { return .maxTokens }
        return hasCalls ? .toolUse : .endTurn
    }

    /// A call that the model could not write, or whatever else is no end of an answer: asking again helps.
    func failure(_ provider: String, hasSaid: Bool) -> UpstreamFailure? {
        guard let reason, refusal == nil, !Self.ends.contains(reason) else { return nil }
        if reason == "OTHER" && hasSaid { return nil }
        let words = message.map { ": \($0)" } ?? ""
        return UpstreamFailure(status: 502, "provider \(provider) stopped with \(reason)\(words)")
    }
}

extension TokenCounts {
    /// The prompt contains what came from the cache; thoughts are counted beside the answer.
    init?(gemini usage: JSONElement?) {
        guard let usage, usage.isObject, let prompt = usage["promptTokenCount"]?.int else { return nil }
        self.init()
        let all = Swift.max(prompt, 0) + Swift.max(usage["toolUsePromptTokenCount"]?.int ?? 0, 0)
        cacheRead = Swift.min(Swift.max(usage["cachedContentTokenCount"]?.int ?? 0, 0), all)
        input = all - cacheRead
        let said = Swift.max(usage["candidatesTokenCount"]?.int ?? 0, 0)
        thinking = Swift.max(usage["thoughtsTokenCount"]?.int ?? 0, 0)
        // Where the sum says so, the thoughts are among the candidates' tokens already.
        let isIncluded = thinking > 0 && said >= thinking && usage["totalTokenCount"]?.int == all + said
        output = isIncluded ? said : said + thinking
    }
}

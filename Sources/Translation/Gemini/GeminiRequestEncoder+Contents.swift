internal import JSON

/// The conversation. Every call is answered by a `functionResponse` in the turn behind it, as many of these as there were
/// calls; pictures and papers that tools returned stand behind all of them.
extension GeminiRequestEncoder {
    mutating func contents() throws(TranslationRefusal) {
        let conversation = try Conversation(request, &reader)
        writer.key("contents")
        writer.beginArray()
        for turn in conversation.turns {
            switch turn {
            case .model(let pieces): model(pieces)
            case .others(let results, let parts): others(results, parts)
            }
        }
        writer.endArray()
    }

    private mutating func begin(_ role: StaticString) {
        writer.beginObject()
        writer.key("role")
        writer.string(role)
        writer.key("parts")
        writer.beginArray()
    }

    private mutating func end() {
        writer.endArray()
        writer.endObject()
    }

    // MARK: The model

    private mutating func model(_ pieces: [Conversation.ModelPiece]) {
        // Thinking alone says nothing to anybody.
        let isSilent = pieces.allSatisfy { if case .thinking = $0 { true } else { false } }
        var waiting = GeminiSignatures()
        var hasCalls = false
        if !isSilent { begin("model") }
        for piece in pieces {
            switch piece {
            case .thinking(let block): thinking(block, &waiting, isSilent: isSilent)
            case .part(let part):
                write(part, signature: waiting.text)
                waiting.text = nil
            case .call(let call):
                write(call, signature: waiting.call, isFirst: !hasCalls)
                waiting.call = nil
                hasCalls = true
            }
        }
        if !isSilent { end() }
    }

    /// Its signatures wait for the parts that they belong to. The words themselves are not asked for again, except where
    /// they are what was signed.
    private mutating func thinking(_ block: JSONElement, _ waiting: inout GeminiSignatures, isSilent: Bool) {
        let text = block["signature"]?.string ?? ""
        guard let signatures = GeminiSignatures(text, provider: provider, model: model), !isSilent else {
            return reader.leftOut.note(.thinkingHistory)
        }
        if let own = signatures.thought, let words = block["thinking"] {
            writer.beginObject()
            writer.key("text")
            writer.raw(words.sourceBytes)
            writer.key("thought")
            writer.bool(true)
            writer.key("thoughtSignature")
            writer.string(own)
            writer.endObject()
        }
        if let text = signatures.text { waiting.text = text }
        if let call = signatures.call { waiting.call = call }
    }

    private mutating func write(_ call: PickedBlock, signature: String?, isFirst: Bool) {
        let id = GeminiCallID(call.id)
        var signature =
            signature
            ?? id.signature.flatMap { text in
                GeminiSignatures(text, provider: provider, model: model)?.call
            }
        if signature == nil, isFirst, traits.demandsSignatures { signature = GeminiModel.noSignature }
        writer.beginObject()
        writer.key("functionCall")
        writer.beginObject()
        if let upstream = id.upstream {
            writer.key("id")
            writer.string(upstream)
        }
        writer.key("name")
        toolName(call.name)
        writer.key("args")
        if let input = call.input, input.isObject {
            writer.raw(input.sourceBytes)
        } else {
            writer.beginObject()
            writer.endObject()
        }
        writer.endObject()
        if let signature {
            writer.key("thoughtSignature")
            writer.string(signature)
        }
        writer.endObject()
    }

    // MARK: Everybody else

    private mutating func others(_ results: [Conversation.Result], _ parts: [MessagePart]) {
        begin("user")
        for result in results { write(result) }
        for result in results where result.parts.contains(where: \.isMedia) {
            write(.note("[Returned by the call of \(result.call.name?.string ?? "a tool"):]"))
            for part in result.parts where part.isMedia { write(part) }
        }
        for part in parts { write(part) }
        end()
    }

    private mutating func write(_ result: Conversation.Result) {
        writer.beginObject()
        writer.key("functionResponse")
        writer.beginObject()
        if let upstream = GeminiCallID(result.id).upstream {
            writer.key("id")
            writer.string(upstream)
        }
        writer.key("name")
        toolName(result.call.name)
        writer.key("response")
        writer.beginObject()
        if result.isError { writer.key("error") } else { writer.key("output") }
        var parts = result.parts
        if parts.contains(where: \.isMedia) {
            parts.append(.note("[What this tool returned besides follows behind the results.]"))
        }
        parts.writeText(to: &writer)
        writer.endObject()
        writer.endObject()
        writer.endObject()
    }

    // MARK: Parts

    mutating func write(_ part: MessagePart, signature: String? = nil) {
        writer.beginObject()
        switch part {
        case .text(let text):
            writer.key("text")
            writer.raw(text.sourceBytes)
        case .note(let text):
            writer.key("text")
            writer.string(text)
        case .image(let source): media(source, type: source["media_type"]?.string ?? "image/png")
        case .document(let source, _): media(source, type: "application/pdf")
        case .cacheMark:
            // Never asked for.
            writer.key("text")
            writer.string("")
        }
        if let signature {
            writer.key("thoughtSignature")
            writer.string(signature)
        }
        writer.endObject()
    }

    private mutating func media(_ source: JSONElement, type: String) {
        let isURL = source["type"]?.equals("url") == true
        writer.key(isURL ? "fileData" : "inlineData")
        writer.beginObject()
        writer.key("mimeType")
        writer.string(isURL ? MediaName.type(of: source["url"]?.string ?? "", or: type) : type)
        writer.key(isURL ? "fileUri" : "data")
        if let value = isURL ? source["url"] : source["data"] { writer.raw(value.sourceBytes) }
        writer.endObject()
    }
}

internal import JSON

/// What the Responses API writes in another way than chat completions. The conversation is a list of items there: what the
/// model thought, said and called are items of their own, in the order in which they came.
extension ChatRequestEncoder {
    // MARK: Fields

    /// Nothing stays at the provider: the client has the conversation, and brings all of it each time.
    mutating func keepsNothing() {
        writer.key("store")
        writer.bool(false)
        guard request.asksForThinking, dialect.effort != .none, dialect.thinks(model) else { return }
        writer.key("include")
        writer.beginArray()
        writer.string("reasoning.encrypted_content")
        writer.endArray()
    }

    mutating func reasoning(_ wanted: ThinkingEffort?) {
        let isSummed =
            dialect.asksForSummaries && request.asksForThinking
            && request.thinking?["display"]?.equals("omitted") != true
        guard wanted != nil || isSummed else { return }
        writer.key("reasoning")
        writer.beginObject()
        if let wanted {
            writer.key("effort")
            writer.string(wanted.openAIName(model))
        }
        if isSummed {
            writer.key("summary")
            writer.string("auto")
        }
        writer.endObject()
    }

    mutating func textFormat() {
        let format = carriedFormat()
        let verbosity = request.others.last { $0.key.equals("verbosity") }?.value
        guard format != nil || verbosity != nil else { return }
        writer.key("text")
        writer.beginObject()
        if let verbosity {
            writer.key("verbosity")
            writer.raw(verbosity.sourceBytes)
        }
        if let format {
            writer.key("format")
            writer.beginObject()
            writer.key("type")
            switch format {
            case .object: writer.string(OutputFormat.jsonObject)
            case .schema(let schema):
                writer.string("json_schema")
                members(of: schema)
            }
            writer.endObject()
        }
        writer.endObject()
    }

    mutating func instructions() {
        let texts = systemParts().filter(\.isText)
        if texts.isEmpty { return }
        writer.key("instructions")
        joined(texts)
    }

    // MARK: Items

    mutating func beginItem(_ type: StaticString) {
        writer.beginObject()
        writer.key("type")
        writer.string(type)
    }

    /// A message of the assistant, piece by piece.
    mutating func assistantItems(_ content: JSONElement?) {
        guard let content else { return }
        var parts: [ChatPart] = []
        // Thinking that nothing followed, as where an answer was interrupted, is refused.
        let blocks = content.isString ? [content] : Array(content.elements)
        let lastSaid = blocks.lastIndex { block in
            if block.isString { return !block.isBlankText }
            switch BlockKind(block) {
            case .thinking, .redactedThinking, .other: return false
            case .text: return block["text"].map { !$0.isBlankText } ?? false
            default: return true
            }
        }
        for (place, block) in blocks.enumerated() {
            if block.isString {
                if !block.isBlankText { said([.text(block, cache: nil)]) }
                continue
            }
            let picked = PickedBlock(block)
            switch picked.kind {
            case .toolUse:
                calls.append(picked)
                call(picked)
            case .thinking:
                if place > lastSaid ?? -1 || !thought(block) { leftOut.note(.thinkingHistory) }
            case .redactedThinking: leftOut.note(.redactedThinking)
            default:
                parts.removeAll()
                self.parts(picked, into: &parts)
                said(parts.filter(\.isText))
            }
        }
    }

    private mutating func said(_ parts: [ChatPart]) {
        if parts.isEmpty { return }
        begin("assistant")
        writer.key("content")
        joined(parts)
        writer.endObject()
    }

    private mutating func call(_ block: PickedBlock) {
        beginItem("function_call")
        writer.key("call_id")
        toolID(block.id)
        nameAndArguments(block)
        writer.endObject()
    }

    /// False where it was not this provider and this model that thought it, or where it has no more than the summary:
    /// items that are not encrypted would have to lie at the provider.
    private mutating func thought(_ block: JSONElement) -> Bool {
        guard let item = ReasoningItem(block["signature"]?.string ?? "", provider: provider, model: model),
            item.encrypted != nil
        else { return false }
        item.write(to: &writer, text: block["thinking"]?.string ?? "")
        return true
    }

    // MARK: Parts of the user's messages and of results

    mutating func inputPart(_ part: ChatPart) {
        writer.key("type")
        switch part {
        case .text(let text, _):
            writer.string("input_text")
            writer.key("text")
            writer.raw(text.sourceBytes)
        case .note(let text):
            writer.string("input_text")
            writer.key("text")
            writer.string(text)
        case .image(let block):
            writer.string("input_image")
            writer.key("detail")
            writer.string("auto")
            writer.key("image_url")
            imageURL(block)
        case .pdf(let data, let name):
            writer.string("input_file")
            writer.key("filename")
            writer.string(name)
            writer.key("file_data")
            dataURL("application/pdf", data)
        case .file(let url):
            writer.string("input_file")
            writer.key("file_url")
            writer.raw(url.sourceBytes)
        }
    }
}

internal import JSON

/// The conversation: user and assistant in turn, beginning with the user. What lies next to one another and is of one role
/// becomes one message, so that what is left out of a conversation leaves no gap.
extension ConverseRequestEncoder {
    mutating func messages(_ conversation: Conversation) {
        count(conversation)
        writer.key("messages")
        writer.beginArray()
        for turn in conversation.turns {
            switch turn {
            case .model(let pieces): for piece in pieces { write(piece) }
            case .others(let results, let parts): write(results, parts)
            }
        }
        closeMessage()
        writer.endArray()
    }

    /// Of pictures and papers the last ones are kept.
    private mutating func count(_ conversation: Conversation) {
        for case .others(let results, let parts) in conversation.turns {
            for part in results.flatMap(\.parts) + parts {
                switch part {
                case .image: images.total += 1
                case .document: documents.total += 1
                case .text, .note, .cacheMark: break
                }
            }
        }
    }

    private mutating func open(_ role: String) {
        if self.role == role { return }
        closeMessage()
        if !hasMessages, role == "assistant" {
            open("user")
            write(plain: .note("[The conversation begins with what you said.]"))
            hasText = true
            closeMessage()
        }
        self.role = role
        hasMessages = true
        hasText = false
        hasDocument = false
        writer.beginObject()
        writer.key("role")
        writer.string(role)
        writer.key("content")
        writer.beginArray()
    }

    private mutating func closeMessage() {
        guard role != nil else { return }
        // A paper alone is refused.
        if hasDocument && !hasText { write(plain: .note("[A document, without words.]")) }
        role = nil
        writer.endArray()
        writer.endObject()
    }

    // MARK: The model

    private mutating func write(_ piece: Conversation.ModelPiece) {
        switch piece {
        case .part(let part): write(part, in: "assistant")
        case .thinking(let block):
            // Without a signature nobody asks for it, and some models refuse it.
            guard let reasoning = ConverseReasoning(block, provider: provider, model: model) else {
                return reader.leftOut.note(.thinkingHistory)
            }
            open("assistant")
            reasoning.write(block["thinking"], to: &writer)
        case .call(let call):
            open("assistant")
            writer.beginObject()
            writer.key("toolUse")
            writer.beginObject()
            writer.key("toolUseId")
            toolID(call.id)
            writer.key("name")
            toolName(call.name)
            writer.key("input")
            if let input = call.input, input.isObject {
                writer.raw(input.sourceBytes)
            } else {
                writer.beginObject()
                writer.endObject()
            }
            writer.endObject()
            writer.endObject()
        }
    }

    private static let idBytesMax = 64

    /// As the service takes it; nearly always as it stands.
    private mutating func toolID(_ id: JSONElement?) {
        if let id, let plain = id.plainUTF8, ToolNames.isFit(plain),
            ToolIDs.isFitForUpstream(plain, bytesMax: Self.idBytesMax)
        {
            return writer.raw(id.sourceBytes)
        }
        writer.string(Self.toolID(id?.string ?? ""))
    }

    private static func toolID(_ id: String) -> String {
        let own = ToolIDs.forUpstream(id, bytesMax: idBytesMax)
        let isFit = own.utf8.allSatisfy { byte in
            byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") || ToolNames.isFit(CollectionOfOne(byte))
        }
        return isFit && !own.isEmpty ? own : "call_" + StableHash.text(own.utf8)
    }

    // MARK: Everybody else

    private mutating func write(_ results: [Conversation.Result], _ parts: [MessagePart]) {
        var behind: [MessagePart] = []
        for result in results { write(result, &behind) }
        for part in behind + parts { write(part, in: "user") }
    }

    /// What does not go into a result goes behind all of them.
    private mutating func write(_ result: Conversation.Result, _ behind: inout [MessagePart]) {
        open("user")
        writer.beginObject()
        writer.key("toolResult")
        writer.beginObject()
        writer.key("toolUseId")
        toolID(result.id)
        writer.key("content")
        writer.beginArray()
        let inside = result.parts.filter { $0.isText || traits.takesRichResults && $0.isMedia }
        if result.isError && !traits.takesRichResults { write(plain: .note("Error:")) }
        if inside.isEmpty { write(plain: .note("[Nothing was returned as text.]")) }
        for part in inside { write(content: part) }
        writer.endArray()
        if result.isError && traits.takesRichResults {
            writer.key("status")
            writer.string("error")
        }
        writer.endObject()
        writer.endObject()
        let media = traits.takesRichResults ? [] : result.parts.filter(\.isMedia)
        if !media.isEmpty {
            behind.append(.note("[Returned by the call of \(result.call.name?.string ?? "a tool"):]"))
        }
        behind += media + result.parts.filter { if case .cacheMark = $0 { true } else { false } }
    }

    // MARK: Parts

    private mutating func write(_ part: MessagePart, in role: String) {
        // A mark is for what stands before it.
        if case .cacheMark = part, self.role != role { return }
        open(role)
        if part.isText { hasText = true }
        write(content: part)
    }

    private mutating func write(content part: MessagePart) {
        switch part {
        case .text, .note, .cacheMark: write(plain: part)
        case .image(let source):
            guard images.takesNext() else { return skip(.imageInput, "image", images.most) }
            guard let format = Self.format(source["media_type"]?.string ?? "image/png") else {
                reader.leftOut.note(.imageInput)
                return write(plain: .note("[An image was here, in a format that \(provider) does not take.]"))
            }
            begin("image", format: format)
            bytes(source)
        case .document(let source, let name):
            guard documents.takesNext() else { return skip(.documentPDF, "document", documents.most) }
            hasDocument = true
            begin("document", format: "pdf")
            writer.key("name")
            writer.string(documentNames.next(name))
            bytes(source)
        }
    }

    private mutating func skip(_ feature: Feature, _ what: String, _ most: Int) {
        reader.leftOut.note(feature)
        write(plain: .note("[An earlier \(what) was here; \(provider) takes \(most) of them.]"))
    }

    private mutating func begin(_ kind: String, format: String) {
        writer.beginObject()
        writer.key(kind)
        writer.beginObject()
        writer.key("format")
        writer.string(format)
    }

    private mutating func bytes(_ source: JSONElement) {
        writer.key("source")
        writer.beginObject()
        writer.key("bytes")
        if let data = source["data"] { writer.raw(data.sourceBytes) } else { writer.string("") }
        for _ in 0..<3 { writer.endObject() }
    }

    private static func format(_ type: String) -> String? {
        switch type {
        case "image/png": "png"
        case "image/jpeg", "image/jpg": "jpeg"
        case "image/gif": "gif"
        case "image/webp": "webp"
        default: nil
        }
    }
}

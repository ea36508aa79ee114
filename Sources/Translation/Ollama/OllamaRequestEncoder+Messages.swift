internal import JSON

extension OllamaRequestEncoder {
    mutating func messages() throws(TranslationRefusal) {
        writer.key("messages")
        writer.beginArray()
        let system = reader.system(request.system)
        if !system.isEmpty { write("system", system) }
        for turn in try Conversation(request, &reader).turns {
            switch turn {
            case .model(let pieces): model(pieces)
            case .others(let results, let parts): others(results, parts)
            }
        }
        writer.endArray()
    }

    private mutating func write(_ role: String, _ parts: [MessagePart]) {
        writer.beginObject()
        writer.key("role")
        writer.string(role)
        content(parts)
        writer.endObject()
    }

    private mutating func content(_ parts: [MessagePart]) {
        writer.key("content")
        parts.writeText(to: &writer)
        let images = parts.compactMap { if case .image(let source) = $0 { source["data"] } else { nil } }
        if images.isEmpty { return }
        writer.key("images")
        writer.beginArray()
        for image in images { writer.raw(image.sourceBytes) }
        writer.endArray()
    }

    private mutating func model(_ pieces: [Conversation.ModelPiece]) {
        var parts: [MessagePart] = []
        var calls: [JSONElement] = []
        var thoughts: [JSONElement] = []
        for piece in pieces {
            switch piece {
            case .part(let part): parts.append(part)
            case .call(let call): calls.append(call)
            case .thinking(let block):
                let signature = block["signature"]?.string ?? ""
                if ThinkingSignature.payload(in: signature, provider: provider, model: model) != nil,
                    let text = block["thinking"], !text.isBlankText
                {
                    thoughts.append(text)
                } else {
                    reader.leftOut.note(.thinkingHistory)
                }
            }
        }
        if parts.isEmpty && calls.isEmpty && thoughts.isEmpty { return }
        writer.beginObject()
        writer.key("role")
        writer.string("assistant")
        content(parts)
        if !thoughts.isEmpty {
            writer.key("thinking")
            thoughts.map(MessagePart.text).writeText(to: &writer)
        }
        if !calls.isEmpty {
            writer.key("tool_calls")
            writer.beginArray()
            for call in calls { write(call: call) }
            writer.endArray()
        }
        writer.endObject()
    }

    private mutating func write(call: JSONElement) {
        writer.beginObject()
        writer.key("id")
        writer.string(ToolIDs.forUpstream(call["id"]?.string ?? "", bytesMax: 256))
        writer.key("function")
        writer.beginObject()
        writer.key("name")
        writer.string(call["name"]?.string ?? "")
        writer.key("arguments")
        if let input = call["input"], input.isObject {
            writer.raw(input.sourceBytes)
        } else {
            writer.beginObject()
            writer.endObject()
        }
        writer.endObject()
        writer.endObject()
    }

    /// Results have no room for pictures; these stand in the user's message behind them.
    private mutating func others(_ results: [Conversation.Result], _ parts: [MessagePart]) {
        var rest: [MessagePart] = []
        for result in results {
            let name = result.call["name"]?.string ?? ""
            writer.beginObject()
            writer.key("role")
            writer.string("tool")
            writer.key("tool_name")
            writer.string(name)
            writer.key("tool_call_id")
            writer.string(ToolIDs.forUpstream(result.id, bytesMax: 256))
            writer.key("content")
            var text = result.parts.filter(\.isText)
            if result.isError { text.insert(.note("Error:"), at: 0) }
            let media = result.parts.filter(\.isMedia)
            if !media.isEmpty {
                text.append(.note("[What this tool returned besides follows in the next message.]"))
                rest.append(.note("[Returned by the call of \(name):]"))
                rest += media
            }
            text.writeText(to: &writer)
            writer.endObject()
        }
        rest += parts
        if !rest.isEmpty { write("user", rest) }
    }
}

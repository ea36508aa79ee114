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

    private mutating func write(_ role: StaticString, _ parts: [MessagePart]) {
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
        var calls: [PickedBlock] = []
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

    /// As the upstream takes it; nearly always as it stands.
    private mutating func toolID(_ id: JSONElement?) {
        if let id, let plain = id.plainUTF8, ToolIDs.isFitForUpstream(plain, bytesMax: Self.toolIDBytesMax) {
            return writer.raw(id.sourceBytes)
        }
        writer.string(ToolIDs.forUpstream(id?.string ?? "", bytesMax: Self.toolIDBytesMax))
    }

    private static let toolIDBytesMax = 256

    private mutating func toolName(_ name: JSONElement?) {
        if let name, name.plainUTF8 != nil { return writer.raw(name.sourceBytes) }
        writer.string(name?.string ?? "")
    }

    private mutating func write(call: PickedBlock) {
        writer.beginObject()
        writer.key("id")
        toolID(call.id)
        writer.key("function")
        writer.beginObject()
        writer.key("name")
        toolName(call.name)
        writer.key("arguments")
        if let input = call.input, input.isObject {
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
            writer.beginObject()
            writer.key("role")
            writer.string("tool")
            writer.key("tool_name")
            toolName(result.call.name)
            writer.key("tool_call_id")
            toolID(result.id)
            writer.key("content")
            var text = result.parts
            if result.isError { text.insert(.note("Error:"), at: 0) }
            let media = text.filter(\.isMedia)
            if !media.isEmpty {
                text.append(.note("[What this tool returned besides follows in the next message.]"))
                rest.append(.note("[Returned by the call of \(result.call.name?.string ?? ""):]"))
                rest += media
            }
            text.writeText(to: &writer)
            writer.endObject()
        }
        rest += parts
        if !rest.isEmpty { write("user", rest) }
    }
}

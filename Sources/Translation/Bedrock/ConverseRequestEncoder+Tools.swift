internal import JSON

extension ConverseRequestEncoder {
    /// A conversation in which tools were called is refused without a list of tools; where the client shows none (any more),
    /// those that were called are named.
    mutating func tools(_ conversation: Conversation) throws(TranslationRefusal) {
        let shown = try ShownTools(request, provider: provider)
        reader.leftOut.note(shown.leftOut)
        let called = conversation.calledNames
        let isForbidden = request.toolChoice?["type"]?.equals("none") == true
        var tools = shown.tools
        if isForbidden {
            if called.isEmpty { tools = [] } else { reader.leftOut.note(.toolChoice) }
        }
        if tools.isEmpty && called.isEmpty { return }
        writer.key("toolConfig")
        writer.beginObject()
        writer.key("tools")
        writer.beginArray()
        for tool in tools { write(tool) }
        if tools.isEmpty { for name in called { write(earlier: name) } }
        writer.endArray()
        if !tools.isEmpty, !isForbidden { choice() }
        writer.endObject()
    }

    private mutating func write(_ tool: JSONElement) {
        begin(tool["name"])
        if let description = tool["description"], description.isString, !description.isBlankText {
            writer.key("description")
            writer.raw(description.sourceBytes)
        }
        schema(tool["input_schema"])
        end()
        if tool["cache_control"]?.isNull == false { reader.leftOut.note(.cacheControl) }
    }

    private mutating func write(earlier name: JSONElement) {
        begin(name)
        writer.key("description")
        writer.string("Was called before; it can no longer be called.")
        schema(nil)
        end()
    }

    private mutating func begin(_ name: JSONElement?) {
        writer.beginObject()
        writer.key("toolSpec")
        writer.beginObject()
        writer.key("name")
        toolName(name)
    }

    private mutating func end() {
        writer.endObject()
        writer.endObject()
    }

    private mutating func schema(_ schema: JSONElement?) {
        writer.key("inputSchema")
        writer.beginObject()
        writer.key("json")
        if let schema, schema.isObject, schema["type"] != nil, !traits.takesPlainSchemas {
            writer.raw(schema.sourceBytes)
        } else {
            writer.beginObject()
            writer.key("type")
            writer.string("object")
            for member in schema?.members.map(\.self) ?? [] {
                let key = member.key.string ?? ""
                if key == "type" || traits.takesPlainSchemas && !Self.plainKeys.contains(key) { continue }
                writer.key(key)
                writer.raw(member.value.sourceBytes)
            }
            writer.endObject()
        }
        writer.endObject()
    }

    /// The definitions too, because a reference to nothing is worse.
    private static let plainKeys: Set<String> = ["properties", "required", "$defs", "definitions"]

    private mutating func choice() {
        guard let choice = request.toolChoice else { return }
        if choice["disable_parallel_tool_use"]?.bool == true { reader.leftOut.note(.disableParallel) }
        let isAny = choice["type"]?.equals("any") == true
        guard isAny || choice["type"]?.equals("tool") == true else { return }
        guard traits.takesToolChoice else { return reader.leftOut.note(.toolChoice) }
        writer.key("toolChoice")
        writer.beginObject()
        writer.key(isAny ? "any" : "tool")
        writer.beginObject()
        if !isAny {
            writer.key("name")
            toolName(choice["name"])
        }
        writer.endObject()
        writer.endObject()
    }

    mutating func toolName(_ name: JSONElement?) {
        guard let name else { return writer.string("") }
        if let plain = name.plainUTF8, ToolNames.isFit(plain) { return writer.raw(name.sourceBytes) }
        writer.string(names.forUpstream(name.string ?? ""))
    }
}

extension Conversation {
    /// Each once, in the order of the first calls.
    fileprivate var calledNames: [JSONElement] {
        var names: [JSONElement] = []
        var known: Set<String> = []
        for case .model(let pieces) in turns {
            for case .call(let call) in pieces {
                guard let name = call.name, known.insert(name.string ?? "").inserted else { continue }
                names.append(name)
            }
        }
        return names
    }
}

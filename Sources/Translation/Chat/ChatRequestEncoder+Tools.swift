internal import JSON

extension ChatRequestEncoder {
    mutating func tools() throws(TranslationRefusal) {
        guard let tools = request.tools, tools.isArray else { return }
        let shown = try shownTools(tools)
        if shown.isEmpty { return }
        hasTools = true
        writer.key("tools")
        writer.beginArray()
        for tool in shown { write(tool) }
        writer.endArray()
    }

    /// Those that the model may see. A deferred one is seen once a `tool_reference` has named it, and stands behind the
    /// others in the order of these, so that a tool that is loaded later changes nothing before it.
    private mutating func shownTools(_ tools: JSONElement) throws(TranslationRefusal) -> [JSONElement] {
        var shown: [JSONElement] = []
        var deferred: [(name: String, tool: JSONElement)] = []
        var isSearchable = false
        for tool in tools.elements {
            guard try isClientTool(tool) else {
                isSearchable = true
                leftOut.note(.toolSearch)
                continue
            }
            if tool["defer_loading"]?.bool == true, let name = tool["name"]?.string {
                deferred.append((name, tool))
            } else {
                shown.append(tool)
            }
        }
        if deferred.isEmpty { return shown }
        // Whoever searches on the server's side can find any of them, and nobody searches there for us.
        if isSearchable { return shown + deferred.map(\.tool) }
        for name in referencedTools() {
            if let place = deferred.firstIndex(where: { $0.name == name }) {
                shown.append(deferred.remove(at: place).tool)
            }
        }
        if !deferred.isEmpty { leftOut.note(.deferredTools) }
        return shown
    }

    /// False for a search among tools, which is replaced by showing all of them.
    private func isClientTool(_ tool: JSONElement) throws(TranslationRefusal) -> Bool {
        guard let type = tool["type"]?.string, type != "custom", type != "function" else { return true }
        if type.hasPrefix("tool_search_tool_") { return false }
        throw TranslationRefusal(
            "tools",
            "tools: \(type) is run or defined by Anthropic, and provider \(provider) has nothing like it; "
                + "providers of type anthropic carry it")
    }

    /// The names that search results and calls have brought into the conversation, in their order.
    private func referencedTools() -> [String] {
        var names: [String] = []
        func note(_ name: JSONElement?) {
            if let name = name?.string, !names.contains(name) { names.append(name) }
        }
        guard let messages = request.messages else { return [] }
        for message in messages.elements {
            guard let content = message["content"], content.isArray else { continue }
            for block in content.elements {
                switch BlockKind(block) {
                case .toolUse: note(block["name"])
                case .toolResult:
                    guard let inner = block["content"], inner.isArray else { continue }
                    for part in inner.elements where BlockKind(part) == .toolReference { note(part["tool_name"]) }
                default: continue
                }
            }
        }
        return names
    }

    private mutating func write(_ tool: JSONElement) {
        writer.beginObject()
        writer.key("type")
        writer.string("function")
        // A chat completion has an object more around the same members.
        let isNested = dialect.wire == .chat
        if isNested {
            writer.key("function")
            writer.beginObject()
        }
        writer.key("name")
        toolName(tool["name"])
        if let description = tool["description"], description.isString {
            writer.key("description")
            writer.raw(description.sourceBytes)
        }
        writer.key("parameters")
        // A tool without parameters has a schema all the same; the empty one is refused.
        if let schema = tool["input_schema"], schema.isObject, schema.count > 0 {
            writer.raw(schema.sourceBytes)
        } else {
            writer.beginObject()
            writer.key("type")
            writer.string("object")
            writer.key("properties")
            writer.beginObject()
            writer.endObject()
            writer.endObject()
        }
        let isStrict = tool["strict"]?.bool == true && tool["input_schema"].map(StrictSchema.holds) == true
        // Strict is what the one API does unless it is told otherwise, and the other only where it is told.
        if isStrict || !isNested {
            writer.key("strict")
            writer.bool(isStrict)
        }
        if isNested { writer.endObject() }
        if let mark = tool["cache_control"] { cacheControl(mark) }
        if tool["input_examples"] != nil { leftOut.note(.toolExamples) }
        writer.endObject()
    }

    /// As the upstream takes it; nearly always as it stands.
    mutating func toolName(_ name: JSONElement?) {
        guard let name else { return writer.string("") }
        if let plain = name.plainUTF8, ToolNames.isFit(plain) { return writer.raw(name.sourceBytes) }
        writer.string(names.forUpstream(name.string ?? ""))
    }

    mutating func toolChoice() {
        guard let choice = request.toolChoice else { return }
        let type = choice["type"]?.string
        // Without tools there is nothing to choose, and saying so is refused.
        guard hasTools else { return }
        writer.key("tool_choice")
        switch type {
        case "any": writer.string("required")
        case "none": writer.string("none")
        case "tool":
            writer.beginObject()
            writer.key("type")
            writer.string("function")
            if dialect.wire == .chat {
                writer.key("function")
                writer.beginObject()
            }
            writer.key("name")
            toolName(choice["name"])
            if dialect.wire == .chat { writer.endObject() }
            writer.endObject()
        default: writer.string("auto")
        }
        if choice["disable_parallel_tool_use"]?.bool == true {
            guard dialect.takesParallelFlag else { return leftOut.note(.disableParallel) }
            writer.key("parallel_tool_calls")
            writer.bool(false)
        }
    }

    /// Kept where the upstream knows it; there it stands where it stood.
    mutating func cacheControl(_ mark: JSONElement) {
        if mark.isNull { return }
        guard dialect.takesCacheControl else { return leftOut.note(.cacheControl) }
        writer.key("cache_control")
        writer.raw(mark.sourceBytes)
    }
}

internal import JSON

extension ChatRequestEncoder {
    mutating func tools() throws(TranslationRefusal) {
        let shown = try ShownTools(request, provider: provider)
        leftOut.note(shown.leftOut)
        if shown.tools.isEmpty { return }
        hasTools = true
        writer.key("tools")
        writer.beginArray()
        for tool in shown.tools {
            let picked = PickedTool(tool)
            if !writePlainly(picked) { write(picked) }
        }
        writer.endArray()
    }

    private mutating func write(_ tool: PickedTool) {
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
        toolName(tool.name)
        if let description = tool.description {
            writer.key("description")
            writer.raw(description.sourceBytes)
        }
        writer.parameters(of: tool.element)
        let isStrict = tool.isStrict && tool.inputSchema.map(StrictSchema.holds) == true
        // Strict is what the one API does unless it is told otherwise, and the other only where it is told.
        if isStrict || !isNested {
            writer.key("strict")
            writer.bool(isStrict)
        }
        if isNested { writer.endObject() }
        if let mark = tool.cacheControl { cacheControl(mark) }
        writer.endObject()
    }

    /// As the upstream takes it; nearly always as it stands.
    mutating func toolName(_ name: JSONElement?) {
        guard let name else { return writer.string("") }
        if isFit(name: name) { return writer.raw(name.sourceBytes) }
        writer.string(names.forUpstream(name.string ?? ""))
    }

    func isFit(name: JSONElement) -> Bool { name.plainUTF8.map { ToolNames.isFit($0) } ?? false }

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

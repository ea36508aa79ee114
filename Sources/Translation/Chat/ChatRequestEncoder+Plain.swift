internal import JSON

/// What nearly all messages of a long conversation are: one text; calls, with a text or without; the results of these, a text
/// each. They are looked through once, and written at once from where they lie. Of these functions each returns false, and has
/// written nothing, where a message is more than that: the others write everything, and of these messages the same.
extension ChatRequestEncoder {
    /// Longer ones take the other way, which makes room as it goes.
    private static let plainInputBytesMax = 4096
    /// The words around a message, and around a call.
    private static let frameBytes = 128

    // MARK: Tools

    /// One that is written as it stands, in other words.
    mutating func writePlainly(_ tool: PickedTool) -> Bool {
        guard !tool.isStrict, let name = tool.name, isFit(name: name), let schema = tool.inputSchema, schema.isObject,
            schema.count > 0, tool.cacheControl == nil || !dialect.takesCacheControl
        else { return false }
        if tool.cacheControl != nil { leftOut.note(.cacheControl) }
        let description = tool.description
        let isNested = dialect.wire == .chat
        let room = Self.frameBytes + name.sourceBytes.count + schema.sourceBytes.count
        writer.compose(room: room + (description?.sourceBytes.count ?? 0)) { tool in
            if isNested {
                tool.put(#"{"type":"function","function":{"name":"#)
            } else {
                tool.put(#"{"type":"function","name":"#)
            }
            tool.put(name)
            if let description {
                tool.put(#","description":"#)
                tool.put(description)
            }
            tool.put(#","parameters":"#)
            tool.put(schema)
            if isNested { tool.put("}}") } else { tool.put(#","strict":false}"#) }
        }
        return true
    }

    // MARK: The assistant

    mutating func writePlainly(assistant content: JSONElement?) -> Bool {
        guard let content, dialect.replay == .none, !dialect.takesCacheControl else { return false }
        var text: JSONElement?
        var room = Self.frameBytes
        var isMarked = false
        var thinks = false
        if content.isString {
            guard content.isBlank == false else { return false }
            text = content
            room += content.sourceBytes.count
        }
        for element in content.elements {
            let block = PickedBlock(element)
            switch block.kind {
            case .text:
                guard text == nil, block.citations == nil, let own = block.text, own.isBlank == false else {
                    return false
                }
                text = own
                room += own.sourceBytes.count
                if block.cacheControl != nil { isMarked = true }
            case .toolUse:
                guard let id = block.id, isFit(id: id), let name = block.name, isFit(name: name),
                    let input = block.input?.sourceBytes.count, input <= Self.plainInputBytesMax
                else { return false }
                calls.append(block)
                room += Self.frameBytes + id.sourceBytes.count + name.sourceBytes.count
                room += 2 * input + JSONPieces.escapeRoom
            case .thinking: thinks = true
            default: return false
            }
        }
        if text == nil && calls.isEmpty { return false }
        if isMarked { leftOut.note(.cacheControl) }
        if thinks { leftOut.note(.thinkingHistory) }
        for call in calls where call.cacheControl != nil { leftOut.note(.cacheControl) }
        let calls = calls
        writer.compose(room: room) { message in
            message.put(#"{"role":"assistant","content":"#)
            if let text { message.put(text) } else { message.put("null") }
            Self.put(calls, into: &message)
            message.put("}")
        }
        return true
    }

    private static func put(_ calls: [PickedBlock], into message: inout JSONPieces) {
        if calls.isEmpty { return }
        var isFirst = true
        for call in calls {
            guard let id = call.id, let name = call.name, let input = call.input else { continue }
            if isFirst { message.put(#","tool_calls":[{"id":"#) } else { message.put(#",{"id":"#) }
            isFirst = false
            message.put(id)
            message.put(#","type":"function","function":{"name":"#)
            message.put(name)
            message.put(#","arguments":""#)
            message.putText(of: input)
            message.put(#""}}"#)
        }
        message.put("]")
    }

    // MARK: Everybody else

    mutating func writePlainly(said message: SaidMessage) -> Bool {
        guard message.role == .user, let text = onlyText(message.content) else { return false }
        bridge()
        writer.compose(room: Self.frameBytes + text.sourceBytes.count) { message in
            message.put(#"{"role":"user","content":"#)
            message.put(text)
            message.put("}")
        }
        return true
    }

    /// One for each of the calls, in their order.
    mutating func writePlainly(results message: SaidMessage) -> Bool {
        guard message.role == .user, let content = message.content, content.isArray, content.count == calls.count
        else { return false }
        plainResults.removeAll(keepingCapacity: true)
        for element in content.elements {
            let block = PickedBlock(element)
            let call = calls[plainResults.count].id
            guard block.kind == .toolResult, !block.isError, let id = block.toolUseID, isFit(id: id),
                call?.isSameString(as: id) == true, let text = onlyText(block.content)
            else { return false }
            plainResults.append(PlainResult(id: id, text: text, isMarked: block.cacheControl != nil))
        }
        for result in plainResults {
            if result.isMarked { leftOut.note(.cacheControl) }
            let isItem = dialect.wire == .responses
            let room = Self.frameBytes + result.id.sourceBytes.count + result.text.sourceBytes.count
            writer.compose(room: room) { message in
                if isItem {
                    message.put(#"{"type":"function_call_output","call_id":"#)
                } else {
                    message.put(#"{"role":"tool","tool_call_id":"#)
                }
                message.put(result.id)
                if isItem { message.put(#","output":"#) } else { message.put(#","content":"#) }
                message.put(result.text)
                message.put("}")
            }
        }
        return true
    }

    struct PlainResult {
        let id: JSONElement
        let text: JSONElement
        let isMarked: Bool
    }
}

internal import JSON

/// What lies between two messages of the assistant: the results of the calls that the first one made, and what others say.
extension ChatRequestEncoder {
    mutating func write(_ messages: [SaidMessage]) throws(TranslationRefusal) {
        var rest = messages[...]
        owesBridge = dialect.bridgesResults && !calls.isEmpty
        if !calls.isEmpty, let first = rest.first, writePlainly(results: first) {
            calls.removeAll(keepingCapacity: true)
            rest = rest.dropFirst()
        }
        if calls.isEmpty {
            if rest.isEmpty || rest.count == 1 && writePlainly(said: rest[rest.startIndex]) { return }
            return try write(Array(rest), without: [], behind: [])
        }
        var hoisted: [ChatPart] = []
        var answered: [Int] = []
        let others = results(messages, calls, &hoisted, &answered)
        if hoisted.isEmpty, others.count == 1, writePlainly(said: others[0]) { return }
        try write(others, without: answered, behind: hoisted)
    }

    /// Some refuse a message of the user right behind the results of tools.
    mutating func bridge() {
        guard owesBridge else { return }
        owesBridge = false
        begin("assistant")
        writer.members(#""content":"Understood.""#)
        writer.endObject()
    }

    /// The text of a content that is nothing else, as most are: it can be copied from where it stands.
    func onlyText(_ content: JSONElement?) -> JSONElement? {
        guard let content, !dialect.takesCacheControl else { return nil }
        if content.isString { return content.isBlankText ? nil : content }
        guard content.isArray, content.count == 1, let only = content[0] else { return nil }
        let block = PickedBlock(only)
        guard block.kind == .text, block.cacheControl == nil, block.citations == nil else { return nil }
        return block.text.flatMap { !$0.isString || $0.isBlankText ? nil : $0 }
    }

    // MARK: Results

    /// Returns the messages that hold more than results of these calls. `answered`: where in the text the results among them
    /// stand that are told with this.
    private mutating func results(
        _ messages: [SaidMessage], _ calls: [PickedBlock], _ hoisted: inout [ChatPart], _ answered: inout [Int]
    ) -> [SaidMessage] {
        var open = calls.map { $0.id }
        var rest: [SaidMessage] = []
        for message in messages {
            guard let content = message.content, content.isArray else {
                rest.append(message)
                continue
            }
            var count = 0
            for element in content.elements {
                let block = PickedBlock(element)
                guard block.kind == .toolResult,
                    let place = open.firstIndex(where: { Self.isSame($0, block.toolUseID) })
                else { continue }
                open.remove(at: place)
                result(block, &hoisted)
                answered.append(element.sourceRange.lowerBound)
                count += 1
            }
            if message.role == .user, count == content.count {
                answered.removeLast(count)
            } else {
                rest.append(message)
            }
        }
        for id in open { tool(id, [.note("[There is no result: the call was interrupted.]")]) }
        return rest
    }

    private static func isSame(_ left: JSONElement?, _ right: JSONElement?) -> Bool {
        if let left, let right, left.isString, right.isString { return left.isSameString(as: right) }
        return left?.string ?? "" == right?.string ?? ""
    }

    /// A `tool` message. Pictures and papers come behind all of these, in a message of the user.
    private mutating func result(_ block: PickedBlock, _ hoisted: inout [ChatPart]) {
        if block.cacheControl != nil, !dialect.takesCacheControl { leftOut.note(.cacheControl) }
        if !block.isError, let text = onlyText(block.content) {
            beginTool(block.toolUseID)
            writer.raw(text.sourceBytes)
            return writer.endObject()
        }
        var parts: [ChatPart] = []
        if block.isError { parts.append(.note("Error:")) }
        told(block, &parts)
        let media = parts.filter { !$0.isText }
        if !media.isEmpty && !dialect.takesMediaInResults {
            parts = parts.filter(\.isText) + [.note("[What this tool returned besides follows in the next message.]")]
            hoisted.append(.note("[Returned by the tool call \(upstreamID(block.toolUseID)):]"))
            hoisted += media
        }
        tool(block.toolUseID, parts)
    }

    private mutating func told(_ result: PickedBlock, _ parts: inout [ChatPart]) {
        result.content?.forEachBlock(
            text: { if !$0.isBlankText { parts.append(.text($0, cache: nil)) } },
            block: { self.parts(PickedBlock($0), into: &parts) })
    }

    private mutating func tool(_ id: JSONElement?, _ parts: [ChatPart]) {
        beginTool(id)
        if parts.isEmpty { writer.string("") } else { content(parts) }
        writer.endObject()
    }

    private mutating func beginTool(_ id: JSONElement?) {
        if dialect.wire == .responses {
            beginItem("function_call_output")
            writer.key("call_id")
        } else {
            begin("tool")
            writer.key("tool_call_id")
        }
        toolID(id)
        writer.key(dialect.wire == .responses ? "output" : "content")
    }

    // MARK: What others say

    private mutating func write(
        _ messages: [SaidMessage], without answered: [Int], behind hoisted: [ChatPart]
    ) throws(TranslationRefusal) {
        var rest = hoisted
        for message in messages {
            guard message.role != .other else {
                throw TranslationRefusal(
                    "messages",
                    "messages: role '\(message.element["role"]?.string ?? "")' is none of user, assistant and system")
            }
            let isSystem = message.role == .system
            if isSystem && dialect.takesSystemAnywhere {
                write("user", rest)
                rest = []
            } else if isSystem {
                rest.append(.note("<system-reminder>"))
            }
            message.content?.forEachBlock(
                text: { if !$0.isBlankText { rest.append(.text($0, cache: nil)) } },
                block: { element in
                    let block = PickedBlock(element)
                    if block.kind != .toolResult { return parts(block, into: &rest) }
                    if answered.contains(element.sourceRange.lowerBound) { return }
                    // Of a call that this conversation does not have (any more): told, because it cannot be a result.
                    rest.append(.note("[Result of an earlier tool call:]"))
                    told(block, &rest)
                })
            if isSystem && dialect.takesSystemAnywhere {
                write("system", rest.filter(\.isText))
                rest = []
            } else if isSystem {
                rest.append(.note("</system-reminder>"))
            }
        }
        write("user", rest)
    }
}

internal import YAML

extension ValueKind<Int?> {
    static var scriptVersion: ValueKind {
        ValueKind<Int>.parsed(
            "number", .integer(1...1),
            { text throws(ValueError) in
                guard text == "1" else { throw ValueError("is no version that is known here; write 1") }
                return 1
            },
            show: { .integer($0) }
        ).optional
    }
}

extension ValueKind {
    /// A value that is looked at once more when all of it is known. `check` reports what is wrong and then gives nil.
    fileprivate func checked<Other>(
        _ check: @escaping (Value, YAMLNode, String, inout ConfigurationReader) -> Other?
    ) -> ValueKind<Other> {
        ValueKind<Other>(
            name: name, schema: schema,
            decode: { node, path, reader in
                decode(node, path, &reader).flatMap { check($0, node, path, &reader) }
            },
            show: { _ in .nothing })
    }
}

extension ValueKind<ScriptDraft.Step> {
    static var step: ValueKind {
        ScriptKeys.step.kind.checked { step, node, path, reader in
            guard step.reply != nil else {
                reader.report(node.position, path, "has no `answer`")
                return nil
            }
            guard step.once == nil || step.times == nil else {
                reader.report(node.position, path, "has both `once` and `times`; `once: true` is `times: 1`")
                return nil
            }
            var step = step
            step.position = node.position
            return step
        }
    }
}

extension ValueKind<ScriptReply> {
    /// A text alone is the shortest answer.
    static var reply: ValueKind {
        let map = ScriptKeys.reply.kind.checked { draft, node, path, reader in
            reply(draft, node, path, &reader)
        }
        let text = ValueKind<ScriptTemplate>.template
        return ValueKind(
            name: "text or map", schema: map.schema,
            decode: { node, path, reader in
                guard node.mapping == nil else { return map.decode(node, path, &reader) }
                return text.decode(node, path, &reader).map { ScriptReply(content: [.text($0)]) }
            },
            show: { _ in .nothing })
    }

    private static func reply(
        _ draft: ScriptDraft.Reply, _ node: YAMLNode, _ path: String, _ reader: inout ConfigurationReader
    ) -> ScriptReply? {
        var reply = draft.reply
        let parts =
            [draft.thinking.map(ScriptBlock.thinking), draft.text.map(ScriptBlock.text)].compactMap(\.self)
            + (draft.tools ?? []).map(ScriptBlock.tool)
        func refuse(_ message: String) -> ScriptReply? {
            reader.report(node.position, path, message)
            return nil
        }
        guard draft.content == nil || (parts.isEmpty && draft.tools == nil) else {
            return refuse("has `content` beside `thinking`, `text` or `tools`; put them all into `content`")
        }
        reply.content = draft.content ?? parts
        if reply.failure != nil {
            guard reply.content.isEmpty, draft.content == nil, reply.fault == nil else {
                return refuse("is an error and something else; an error stands alone")
            }
            return reply
        }
        guard !reply.content.isEmpty || draft.content != nil else {
            return refuse("says nothing; give it a text, thinking, tools, content or an error")
        }
        guard reply.stopReason != .toolUse || reply.callsTool else {
            return refuse("has the stop reason tool_use and no tool call")
        }
        guard let fault = reply.fault else { return reply }
        guard fault.afterEvents != nil else { return refuse("has a `stream` without `after_events`") }
        guard fault.silence != nil || fault.errorEvent != nil || fault.end != nil else {
            return refuse("has a `stream` in which nothing happens; give it `silence`, `error_event` or `how`")
        }
        return reply
    }
}

extension ValueKind<ScriptThinking> {
    static var thinking: ValueKind {
        let map = ScriptKeys.thinking.kind.checked { thinking, node, path, reader -> ScriptThinking? in
            if thinking.text == nil { reader.report(node.position, path, "has no `text`") }
            return thinking.text == nil ? nil : thinking
        }
        let text = ValueKind<ScriptTemplate>.template
        return ValueKind(
            name: "text or map", schema: map.schema,
            decode: { node, path, reader in
                guard node.mapping == nil else { return map.decode(node, path, &reader) }
                return text.decode(node, path, &reader).map { ScriptThinking(text: $0) }
            },
            show: { _ in .nothing })
    }
}

extension ValueKind<ScriptToolCall> {
    static var toolCall: ValueKind {
        ScriptKeys.toolCall.kind.checked { call, node, path, reader in
            if call.name.isEmpty { reader.report(node.position, path, "has no `name`") }
            return call.name.isEmpty ? nil : call
        }
    }
}

extension ValueKind<ScriptBlock> {
    static var block: ValueKind {
        ScriptKeys.block.kind.checked { draft, node, path, reader -> ScriptBlock? in
            let blocks = [
                draft.text.map(ScriptBlock.text), draft.thinking.map(ScriptBlock.thinking),
                draft.tool.map(ScriptBlock.tool), draft.other.map(ScriptBlock.other),
            ].compactMap(\.self)
            guard blocks.count == 1 else {
                reader.report(
                    node.position, path, "takes one of `text`, `thinking`, `tool` and `block`; a list has many")
                return nil
            }
            if let other = draft.other, !other.keys.contains("type") {
                reader.report(node.position, path, "has a `block` without `type`")
                return nil
            }
            return blocks[0]
        }
    }
}

extension ScriptReply {
    var callsTool: Bool {
        content.contains { if case .tool = $0 { true } else { false } }
    }
}

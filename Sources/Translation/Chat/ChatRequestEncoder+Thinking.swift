internal import JSON

extension ChatRequestEncoder {
    /// Earlier thinking, for upstreams that want it back. DeepSeek refuses a message with calls that lacks it.
    mutating func replay(_ thinking: [JSONElement], hasCalls: Bool) {
        switch dialect.replay {
        case .none:
            if !thinking.isEmpty { leftOut.note(.thinkingHistory) }
        case .reasoningContent:
            guard !thinking.isEmpty || hasCalls && request.asksForThinking else { return }
            writer.key("reasoning_content")
            writer.beginString()
            for block in thinking { if let text = block["thinking"] { writer.piece(text) } }
            writer.endString()
        case .reasoningDetails:
            let details = thinking.map { block in
                (block, ReasoningDetails(block["signature"]?.string ?? "", provider: provider, model: model))
            }
            if details.contains(where: { $0.1 == nil }) { leftOut.note(.thinkingHistory) }
            guard details.contains(where: { $0.1 != nil }) else { return }
            writer.key("reasoning_details")
            writer.beginArray()
            for (block, details) in details { details?.write(to: &writer, text: block["thinking"]) }
            writer.endArray()
        }
    }
}

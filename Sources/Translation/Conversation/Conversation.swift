internal import JSON

/// The conversation as most APIs want it: turns of the model, and between two of them one turn of everybody else, in which
/// every call of the first is answered before anything else is said.
struct Conversation {
    enum Turn {
        case model([ModelPiece])
        case others(results: [Result], parts: [MessagePart])
    }

    /// In the order in which the model said them.
    enum ModelPiece {
        case part(MessagePart)
        /// A block of type `thinking`.
        case thinking(JSONElement)
        /// A block of type `tool_use`.
        case call(PickedBlock)
    }

    struct Result {
        let id: JSONElement?
        /// The `tool_use` block that it answers.
        let call: PickedBlock
        let isError: Bool
        var parts: [MessagePart]
    }

    private(set) var turns: [Turn] = []

    init(_ request: AnthropicRequest, _ reader: inout PartReader) throws(TranslationRefusal) {
        var all: [SaidMessage] = []
        if let messages = request.messages {
            all.reserveCapacity(messages.count)
            for message in messages.elements { all.append(SaidMessage(message)) }
        }
        var index = 0
        while index < all.count {
            var calls: [PickedBlock] = []
            if all[index].role == .assistant {
                let pieces = Self.pieces(all[index].content, &reader)
                for case .call(let call) in pieces { calls.append(call) }
                if !pieces.isEmpty { turns.append(.model(pieces)) }
                index += 1
            }
            let start = index
            while index < all.count, all[index].role != .assistant { index += 1 }
            try addOthers(all[start..<index], calls, &reader)
        }
    }

    private static func pieces(_ content: JSONElement?, _ reader: inout PartReader) -> [ModelPiece] {
        var pieces: [ModelPiece] = []
        var parts: [MessagePart] = []
        content?.forEachBlock(
            text: { if !$0.isBlankText { pieces.append(.part(.text($0))) } },
            block: { element in
                let block = PickedBlock(element)
                switch block.kind {
                case .toolUse:
                    pieces.append(.call(block))
                    reader.mark(block, &parts)
                case .thinking: pieces.append(.thinking(element))
                case .redactedThinking: reader.leftOut.note(.redactedThinking)
                default: reader.read(block, into: &parts)
                }
                for part in parts { pieces.append(.part(part)) }
                parts.removeAll(keepingCapacity: true)
            })
        return pieces
    }

    // MARK: Between two messages of the model

    private mutating func addOthers(
        _ messages: ArraySlice<SaidMessage>, _ calls: [PickedBlock], _ reader: inout PartReader
    ) throws(TranslationRefusal) {
        var answers: [Result?] = calls.map { _ in nil }
        var rest: [MessagePart] = []
        for message in messages {
            let isSystem = message.role == .system
            guard isSystem || message.role == .user else {
                throw TranslationRefusal(
                    "messages",
                    "messages: role '\(message.element["role"]?.string ?? "")' is none of user, assistant and system")
            }
            if isSystem { rest.append(.note("<system-reminder>")) }
            message.content?.forEachBlock(
                text: { if !$0.isBlankText { rest.append(.text($0)) } },
                block: { element in
                    let block = PickedBlock(element)
                    guard block.kind == .toolResult else { return reader.read(block, into: &rest) }
                    let result = Self.parts(of: block, &reader)
                    let place = calls.indices.first { answers[$0] == nil && Self.answers(block, calls[$0]) }
                    if let place {
                        answers[place] = Result(
                            id: block.toolUseID, call: calls[place], isError: block.isError, parts: result)
                    } else {
                        // Of a call that this conversation does not have (any more): told, because it cannot be a result.
                        rest.append(.note("[Result of an earlier tool call:]"))
                        rest += result
                    }
                })
            if isSystem { rest.append(.note("</system-reminder>")) }
        }
        let results = calls.indices.map { place in
            answers[place]
                ?? Result(
                    id: calls[place].id, call: calls[place], isError: true,
                    parts: [.note("[There is no result: the call was interrupted.]")])
        }
        if !results.isEmpty || !rest.isEmpty { turns.append(.others(results: results, parts: rest)) }
    }

    /// What names no call answers the one that has no name either.
    private static func answers(_ result: PickedBlock, _ call: PickedBlock) -> Bool {
        guard let id = call.id else { return false }
        guard let answered = result.toolUseID, answered.isString else { return id.equals("") }
        return id.isSameString(as: answered)
    }

    private static func parts(of result: PickedBlock, _ reader: inout PartReader) -> [MessagePart] {
        var parts: [MessagePart] = []
        reader.content(result.content, into: &parts)
        reader.mark(result, &parts)
        return parts
    }
}

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
        case call(JSONElement)
    }

    struct Result {
        let id: String
        /// The `tool_use` block that it answers.
        let call: JSONElement
        let isError: Bool
        var parts: [MessagePart]
    }

    private(set) var turns: [Turn] = []

    init(_ request: AnthropicRequest, _ reader: inout PartReader) throws(TranslationRefusal) {
        let all = request.messages.map { Array($0.elements) } ?? []
        var index = 0
        while index < all.count {
            var calls: [JSONElement] = []
            if Self.isModel(all[index]) {
                let pieces = Self.pieces(all[index], &reader)
                for case .call(let call) in pieces { calls.append(call) }
                if !pieces.isEmpty { turns.append(.model(pieces)) }
                index += 1
            }
            let start = index
            while index < all.count, !Self.isModel(all[index]) { index += 1 }
            try addOthers(all[start..<index], calls, &reader)
        }
    }

    private static func isModel(_ message: JSONElement) -> Bool { message["role"]?.equals("assistant") == true }

    private static func pieces(_ message: JSONElement, _ reader: inout PartReader) -> [ModelPiece] {
        var pieces: [ModelPiece] = []
        message["content"]?.forEachBlock(
            text: { if !$0.isBlankText { pieces.append(.part(.text($0))) } },
            block: { block in
                switch BlockKind(block) {
                case .toolUse:
                    pieces.append(.call(block))
                    var marks: [MessagePart] = []
                    reader.mark(block, &marks)
                    pieces += marks.map { .part($0) }
                case .thinking: pieces.append(.thinking(block))
                case .redactedThinking: reader.leftOut.note(.redactedThinking)
                default:
                    var parts: [MessagePart] = []
                    reader.read(block, into: &parts)
                    pieces += parts.map { .part($0) }
                }
            })
        return pieces
    }

    // MARK: Between two messages of the model

    private mutating func addOthers(
        _ messages: ArraySlice<JSONElement>, _ calls: [JSONElement], _ reader: inout PartReader
    ) throws(TranslationRefusal) {
        var answers: [Result?] = calls.map { _ in nil }
        var rest: [MessagePart] = []
        for message in messages {
            let isSystem = message["role"]?.equals("system") == true
            guard isSystem || message["role"]?.equals("user") == true else {
                throw TranslationRefusal(
                    "messages",
                    "messages: role '\(message["role"]?.string ?? "")' is none of user, assistant and system")
            }
            if isSystem { rest.append(.note("<system-reminder>")) }
            message["content"]?.forEachBlock(
                text: { if !$0.isBlankText { rest.append(.text($0)) } },
                block: { block in
                    guard BlockKind(block) == .toolResult else { return reader.read(block, into: &rest) }
                    let result = Self.parts(of: block, &reader)
                    let id = block["tool_use_id"]?.string ?? ""
                    let place = calls.indices.first { answers[$0] == nil && calls[$0]["id"]?.equals(id) == true }
                    if let place {
                        let isError = block["is_error"]?.bool == true
                        answers[place] = Result(id: id, call: calls[place], isError: isError, parts: result)
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
                    id: calls[place]["id"]?.string ?? "", call: calls[place], isError: true,
                    parts: [.note("[There is no result: the call was interrupted.]")])
        }
        if !results.isEmpty || !rest.isEmpty { turns.append(.others(results: results, parts: rest)) }
    }

    private static func parts(of result: JSONElement, _ reader: inout PartReader) -> [MessagePart] {
        var parts: [MessagePart] = []
        reader.content(result["content"], into: &parts)
        reader.mark(result, &parts)
        return parts
    }
}

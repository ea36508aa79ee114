package import JSON

/// A whole message once more, with what it lacked.
extension RefinedStream {
    package static func whole(
        _ root: JSONElement, _ context: AnswerRefinement
    ) throws(UpstreamFailure) -> (body: [UInt8], counts: TokenCounts?) {
        guard let content = root["content"], content.isArray else {
            throw UpstreamFailure(
                status: 502, "\(context.who) gave no message; it begins: \(ShownBytes.text(root.sourceBytes))")
        }
        var answer = RefinedAnswer(root, context)
        for block in content.elements where answer.sequence == nil { answer.note(block) }
        return (answer.body(root), nil)
    }
}

private struct RefinedAnswer {
    private let messageID: String
    private let reason: String?
    private var text: RefinedText
    private var blocks: [JSONValue] = []
    private var calls = 0
    private(set) var sequence: [UInt8]?

    init(_ root: JSONElement, _ context: AnswerRefinement) {
        messageID = root["id"]?.string ?? ""
        reason = root["stop_reason"]?.string
        text = RefinedText(context)
    }

    mutating func note(_ block: JSONElement) {
        guard BlockKind(block) == .text, let words = block["text"] else { return blocks.append(JSONValue(block)) }
        var bytes: [UInt8] = []
        words.appendUTF8(to: &bytes)
        text.begin()
        var (pieces, sequence) = text.add(bytes)
        self.sequence = sequence
        pieces += text.flush() + text.finish(isCut: AnswerRefinement.isCut(reason))
        // A text that stays as it was may have more to it, such as citations.
        let isChanged = sequence != nil || pieces.contains { if case .call = $0 { true } else { false } }
        if isChanged { tell(pieces) } else { blocks.append(JSONValue(block)) }
    }

    private mutating func tell(_ pieces: [WrittenCallFinder.Piece]) {
        var said: [UInt8] = []
        for piece in pieces {
            switch piece {
            case .text(let bytes): said += bytes
            case .call(let call):
                tell(&said)
                calls += 1
                blocks.append([
                    "type": "tool_use", "id": .string(AnswerRefinement.toolID(messageID, calls)),
                    "name": .string(call.name), "input": (try? JSONValue(parsing: call.arguments)) ?? [:],
                ])
            }
        }
        tell(&said)
    }

    private mutating func tell(_ said: inout [UInt8]) {
        let words = String(decoding: said, as: UTF8.self)
        said = []
        if words.allSatisfy(\.isWhitespace) { return }
        blocks.append(["type": "text", "text": .string(words)])
    }

    func body(_ root: JSONElement) -> [UInt8] {
        var changes: [String: JSONValue] = ["content": .array(blocks)]
        if calls > 0, let told = AnswerRefinement.reason(reason, hasCalls: true), told != reason {
            changes["stop_reason"] = .string(told)
            changes["stop_sequence"] = .null
        } else if calls == 0, let sequence {
            changes["stop_reason"] = .string(StopReason.stopSequence.rawValue)
            changes["stop_sequence"] = .string(String(decoding: sequence, as: UTF8.self))
        }
        return root.replacing(changes)
    }
}

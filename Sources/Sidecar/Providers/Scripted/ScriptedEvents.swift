internal import JSON

/// The events of a stream, one by one, in the order that the API keeps. Made while they are sent, so that a long answer
/// to a thousand clients costs no more than the text itself.
struct ScriptedEvents: IteratorProtocol {
    private enum Stage {
        case messageStart
        case blockStart(Int)
        case ping
        /// From that place in the streamed text on.
        case delta(Int, String.Index)
        case signature(Int)
        case blockStop(Int)
        case messageDelta
        case messageStop
        case done
    }

    private let message: ScriptedMessage
    private let piece: Int
    private var stage = Stage.messageStart

    init(_ message: ScriptedMessage, piece: Int) {
        self.message = message
        self.piece = piece
    }

    mutating func next() -> [UInt8]? {
        switch stage {
        case .messageStart: return messageStart()
        case .blockStart(let index): return blockStart(index)
        case .ping:
            stage = firstDelta(0)
            return Self.event("ping") { _ in }
        case .delta(let index, let place): return delta(index, place)
        case .signature(let index): return signature(index)
        case .blockStop(let index):
            stage = index + 1 < message.blocks.count ? .blockStart(index + 1) : .messageDelta
            return Self.event("content_block_stop") { $0.member("index", index) }
        case .messageDelta: return messageDelta()
        case .messageStop:
            stage = .done
            return Self.event("message_stop") { _ in }
        case .done: return nil
        }
    }

    /// `event:` and `data:`; the type stands in both, and clients read either.
    static func event(_ type: StaticString, _ members: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.append("event: ")
        writer.append(type)
        writer.append("\ndata: ")
        writer.beginObject()
        writer.member("type", type.description)
        members(&writer)
        writer.endObject()
        writer.append("\n\n")
        return writer.take()
    }

    private mutating func messageStart() -> [UInt8] {
        stage = message.blocks.isEmpty ? .messageDelta : .blockStart(0)
        var usage = message.usage
        // The API cannot know more than the first token yet.
        usage.output = min(1, usage.output)
        return Self.event("message_start") {
            $0.key("message")
            message.write(into: &$0, content: [], stopReason: nil, stopSequence: nil, usage)
        }
    }

    private mutating func blockStart(_ index: Int) -> [UInt8] {
        stage = index == 0 ? .ping : firstDelta(index)
        return Self.event("content_block_start") {
            $0.member("index", index)
            $0.key("content_block")
            message.blocks[index].writeStart(into: &$0)
        }
    }

    private func firstDelta(_ index: Int) -> Stage {
        guard let text = message.blocks[index].streamed else { return .blockStop(index) }
        return .delta(index, text.startIndex)
    }

    private mutating func delta(_ index: Int, _ place: String.Index) -> [UInt8] {
        let block = message.blocks[index]
        let text = block.streamed ?? ""
        let end = text.index(place, offsetBy: piece, limitedBy: text.endIndex) ?? text.endIndex
        let part = String(text[place..<end])
        if end < text.endIndex {
            stage = .delta(index, end)
        } else if case .thinking = block {
            stage = .signature(index)
        } else {
            stage = .blockStop(index)
        }
        return Self.delta(index) {
            switch block {
            case .thinking:
                $0.member("type", "thinking_delta")
                $0.member("thinking", part)
            case .tool:
                $0.member("type", "input_json_delta")
                $0.member("partial_json", part)
            case .text, .other:
                $0.member("type", "text_delta")
                $0.member("text", part)
            }
        }
    }

    private mutating func signature(_ index: Int) -> [UInt8] {
        stage = .blockStop(index)
        return Self.delta(index) {
            $0.member("type", "signature_delta")
            if case .thinking(_, let signature) = message.blocks[index] { $0.member("signature", signature) }
        }
    }

    private static func delta(_ index: Int, _ members: (inout JSONWriter) -> Void) -> [UInt8] {
        event("content_block_delta") {
            $0.member("index", index)
            $0.key("delta")
            $0.beginObject()
            members(&$0)
            $0.endObject()
        }
    }

    private mutating func messageDelta() -> [UInt8] {
        stage = .messageStop
        return Self.event("message_delta") {
            $0.key("delta")
            $0.beginObject()
            $0.member("stop_reason", message.stopReason)
            $0.member("stop_sequence", message.stopSequence)
            $0.endObject()
            $0.key("usage")
            message.usage.write(into: &$0)
        }
    }
}

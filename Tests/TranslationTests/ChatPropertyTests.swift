import JSON
import Testing

@testable import Translation

/// Random answers, told by an upstream in random pieces: what arrives is what was said, however it was cut.
struct ChatPropertyTests {
    struct Said: Equatable {
        var thinking = ""
        var text = ""
        var calls: [(name: String, input: JSONValue)] = []

        static func == (left: Said, right: Said) -> Bool {
            left.thinking == right.thinking && left.text == right.text
                && left.calls.elementsEqual(right.calls) { $0.name == $1.name && $0.input == $1.input }
        }
    }

    private static let words = ["a", "Grüße", "☃", "😀", "\"x\"", "\\", "\n", "{", "}", "</think>", "e\u{301}", " "]

    private static func text(_ random: inout SeededRandom) -> String {
        "w" + (0..<Int.random(in: 0...8, using: &random)).map { _ in words.randomElement(using: &random)! }.joined()
    }

    private static func value(_ depth: Int, _ random: inout SeededRandom) -> JSONValue {
        switch Int.random(in: 0...(depth > 0 ? 6 : 4), using: &random) {
        case 0: .null
        case 1: .bool(true)
        case 2: .int(Int.random(in: -9...999, using: &random))
        case 3, 4: .string(text(&random))
        case 5: .array((0..<Int.random(in: 0...3, using: &random)).map { _ in value(depth - 1, &random) })
        default: object(depth - 1, &random)
        }
    }

    private static func object(_ depth: Int, _ random: inout SeededRandom) -> JSONValue {
        .object(
            JSONObject(
                (0..<Int.random(in: 0...3, using: &random)).map { index in
                    JSONObject.Member(key: "k\(index)" + text(&random), value: value(depth, &random))
                }))
    }

    private static func said(_ random: inout SeededRandom) -> Said {
        var said = Said()
        if Bool.random(using: &random) { said.thinking = text(&random) }
        if Bool.random(using: &random) { said.text = text(&random) }
        for index in 0..<Int.random(in: 0...3, using: &random) {
            said.calls.append((name: "Tool\(index)", input: object(2, &random)))
        }
        return said
    }

    /// The bytes of a text in random pieces, some of them in the middle of a character.
    private static func pieces(_ text: String, _ random: inout SeededRandom) -> [[UInt8]] {
        var rest = Array(text.utf8)
        var pieces: [[UInt8]] = []
        while !rest.isEmpty {
            let count = min(rest.count, Int.random(in: 1...6, using: &random))
            pieces.append(Array(rest.prefix(count)))
            rest.removeFirst(count)
        }
        return pieces
    }

    private static func quoted(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [UInt8(ascii: "\"")]
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): result += Array("\\n".utf8)
            default: result.append(byte)
            }
        }
        return result + [UInt8(ascii: "\"")]
    }

    private static func delta(_ front: String, _ bytes: [UInt8], _ back: String) -> [UInt8] {
        Array(#"{"choices":[{"index":0,"delta":{\#(front)"#.utf8) + quoted(bytes) + Array("\(back)}}]}".utf8)
    }

    private static func events(_ said: Said, _ random: inout SeededRandom) -> [[UInt8]] {
        var events = pieces(said.thinking, &random).map { delta(#""reasoning_content":"#, $0, "") }
        events += pieces(said.text, &random).map { delta(#""content":"#, $0, "") }
        for (index, call) in said.calls.enumerated() {
            events.append(
                Array(
                    #"{"choices":[{"delta":{"tool_calls":[{"index":\#(index),"id":"c\#(index)","function":{"name":"\#(call.name)","arguments":""}}]}}]}"#
                        .utf8))
            events += pieces(call.input.text(), &random).map {
                delta(#""tool_calls":[{"index":\#(index),"function":{"arguments":"#, $0, "}}]")
            }
        }
        return events + [Array(ChatLab.finish(said.calls.isEmpty ? "stop" : "tool_calls").utf8)]
    }

    private static func heard(_ events: ClientEvents) throws -> Said {
        var said = Said()
        for (place, block) in events.blocks.enumerated() {
            switch block.type {
            case "thinking": said.thinking += block.text
            case "text": said.text += block.text
            default: said.calls.append((name: block.start["name"]?.string ?? "", input: try events.input(place)))
            }
        }
        return said
    }

    @Test func `what was said arrives, however it was cut into pieces`() throws {
        var random = SeededRandom(seed: 11)
        let context = try ChatLab.context()
        for _ in 0..<Rounds.count(1000) {
            let said = Self.said(&random)
            let events = try ChatLab.stream(Self.events(said, &random), context)
            #expect(try Self.heard(events) == said)
            #expect(events.stopReason == (said.calls.isEmpty ? "end_turn" : "tool_use") && events.isStopped)
        }
    }

    @Test func `every front of a cut stream is valid and marked as incomplete`() throws {
        var random = SeededRandom(seed: 12)
        let context = try ChatLab.context()
        for _ in 0..<60 {
            let events = Self.events(Self.said(&random), &random)
            for count in 0..<(events.count - 1) {
                let heard = try ChatLab.stream(Array(events.prefix(count)), cut: "reset", context)
                #expect(!heard.isStopped && heard.failure != nil && heard.end == nil)
            }
        }
    }

    @Test func `an answer that goes back is the answer that came`() throws {
        var random = SeededRandom(seed: 13)
        let context = try ChatLab.context()
        for _ in 0..<Rounds.count(1000) {
            let said = Self.said(&random)
            let heard = try ChatLab.stream(Self.events(said, &random), context)
            var blocks: [JSONValue] = []
            for (place, block) in heard.blocks.enumerated() {
                switch block.type {
                case "thinking":
                    blocks.append([
                        "type": "thinking", "thinking": .string(block.text),
                        "signature": .string(block.signature ?? ""),
                    ])
                case "text": blocks.append(["type": "text", "text": .string(block.text)])
                default:
                    blocks.append([
                        "type": "tool_use", "id": block.start["id"] ?? .null, "name": block.start["name"] ?? .null,
                        "input": try heard.input(place),
                    ])
                }
            }
            let messages: JSONValue = [["role": "assistant", "content": .array(blocks)]]
            let body = try ChatLab.encoded(
                #"{"thinking":{"type":"adaptive"},"messages":\#(messages)}"#, dialect: .deepSeek)
            let message = body["messages"]?[0]
            var back = Said()
            back.text = message?["content"]?.string ?? ""
            back.thinking = message?["reasoning_content"]?.string ?? ""
            for call in message?["tool_calls"]?.array ?? [] {
                let function = call["function"]
                back.calls.append(
                    (
                        name: function?["name"]?.string ?? "",
                        input: try JSONValue(parsing: function?["arguments"]?.string ?? "")
                    ))
            }
            #expect(back == said)
        }
    }
}

import JSON
import Testing

@testable import Translation

/// Messages that are one text, calls or their results are written in one step. It is the same that comes of them where
/// something stands beside them that says nothing, which takes them the other way.
struct PlainMessageTests {
    private static let dialects: [ChatDialect] = {
        var short = ChatDialect.compatible
        short.toolIDBytesMax = 9
        return [
            .compatible, .openAI, .openRouter, .deepSeek, ChatDialect.openAI.asResponses,
            ChatDialect.compatible.asResponses, short,
        ]
    }()
    private static let nothing: JSONValue = ["type": "text", "text": " \n"]
    private static let texts = [
        "a", "\"q\" \\", "Grüße ☃\n", "\u{1}\t", "", "  ", String(repeating: "long ", count: 400),
    ]
    private static let marks: [JSONValue] = [.null, ["type": "ephemeral"]]

    private struct Maker {
        var random: SeededRandom
        var open: [String] = []
        var number = 0

        mutating func some<Value>(_ values: [Value]) -> Value { values.randomElement(using: &random)! }
        mutating func seldom() -> Bool { Int.random(in: 0..<8, using: &random) == 0 }

        mutating func marked(_ block: JSONValue) -> JSONValue {
            var block = block
            if seldom() { block["cache_control"] = some(PlainMessageTests.marks) }
            if seldom() { block["of_nobody"] = 1 }
            return block
        }

        mutating func text() -> JSONValue { marked(["type": "text", "text": .string(some(PlainMessageTests.texts))]) }

        mutating func call() -> JSONValue {
            number += 1
            let id = seldom() ? some(["", "a b/ü", "toolu_x_YWJj", String(repeating: "i", count: 80)]) : "c\(number)"
            open.append(id)
            var call: JSONValue = [
                "type": "tool_use", "id": .string(id), "name": .string(seldom() ? "nö name" : "Read"),
                "input": ["path": .string(some(PlainMessageTests.texts)), "n": [1, true, .null, [:]]],
            ]
            if seldom() { call["input"] = .string(String(repeating: "\n", count: 3000)) }
            if seldom() { call["input"] = nil }
            return marked(call)
        }

        mutating func result(_ id: String) -> JSONValue {
            var result: JSONValue = [
                "type": "tool_result", "tool_use_id": .string(id), "content": .string(some(PlainMessageTests.texts)),
            ]
            if Bool.random(using: &random) { result["content"] = .array([text()]) }
            if seldom() { result["content"] = nil }
            if Bool.random(using: &random) { result["is_error"] = .bool(seldom()) }
            return marked(result)
        }

        mutating func assistant() -> JSONValue {
            var blocks: [JSONValue] = seldom() ? [["type": "thinking", "thinking": "hm", "signature": "s"]] : []
            if Bool.random(using: &random) { blocks.append(text()) }
            open = []
            for _ in 0..<Int.random(in: 0...2, using: &random) { blocks.append(call()) }
            return ["role": "assistant", "content": .array(blocks)]
        }

        mutating func user() -> JSONValue {
            var ids = open
            if seldom() { ids.shuffle(using: &random) }
            if seldom() { ids = Array(ids.dropLast()) }
            var blocks = ids.map { result($0) }
            open = []
            if blocks.isEmpty || seldom() { blocks.append(text()) }
            return ["role": .string(seldom() ? "system" : "user"), "content": .array(blocks)]
        }
    }

    /// With a block in each message of which nothing is told.
    private static func beside(_ message: JSONValue) -> JSONValue {
        var message = message
        message["content"] = .array((message["content"]?.array ?? []) + [nothing])
        return message
    }

    @Test(arguments: UInt64(1)...40)
    func `what stands alone is written as it is in company`(seed: UInt64) throws {
        var maker = Maker(random: SeededRandom(seed: seed))
        for _ in 0..<10 {
            let messages = (0..<6).map { $0 % 2 == 1 ? maker.assistant() : maker.user() }
            for dialect in Self.dialects {
                let alone: JSONValue = ["messages": .array(messages)]
                let company: JSONValue = ["messages": .array(messages.map(Self.beside))]
                let found = try ChatLab.request(alone.text(), dialect: dialect)
                let expected = try ChatLab.request(company.text(), dialect: dialect)
                let text = String(decoding: found.body, as: UTF8.self)
                #expect(text == String(decoding: expected.body, as: UTF8.self), "\(alone.text())")
                #expect(found.leftOut == expected.leftOut, "\(alone.text())")
                _ = try JSONValue(parsing: found.body)
            }
        }
    }

    @Test func `a string is a text too`() throws {
        let messages =
            #"[{"role":"user","content":"\u00e9 a"},{"role":"assistant","content":"b\/"},{"role":"assistant","content":" "}]"#
        let body = try ChatLab.request(#"{"messages":\#(messages)}"#, dialect: .compatible).body
        let expected = #""messages":[{"role":"user","content":"\u00e9 a"},{"role":"assistant","content":"b\/"}]}"#
        #expect(String(decoding: body, as: UTF8.self).hasSuffix(expected))
    }
}

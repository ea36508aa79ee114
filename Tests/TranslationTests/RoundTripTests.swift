import JSON
import LinuxSystem
import Testing

@testable import Translation

/// Random conversations in Anthropic's words, put into another API's and back: what that API can carry is all there.
struct RoundTripTests {
    /// What was said, without the forms of any API.
    enum Part: Equatable {
        case text(String, role: String)
        case call(id: String, name: String, input: JSONValue)
        case result(id: String, text: String)
    }

    private static let words = [
        "a", "Grüße", "☃", "😀", "\"x\"", "\\", "\n", "{\"k\": [1]}", "e\u{301}", "</p>", "\u{1}",
    ]

    private static func text(_ random: inout SeededRandom) -> String {
        "w" + (0..<Int.random(in: 0...6, using: &random)).map { _ in words.randomElement(using: &random)! }.joined()
    }

    private static func input(_ random: inout SeededRandom) -> JSONValue {
        var input: JSONValue = [:]
        for place in 0..<Int.random(in: 0...3, using: &random) {
            let value: JSONValue = Bool.random(using: &random) ? .string(text(&random)) : [.int(place), [:], true]
            input["k\(place)" + text(&random)] = value
        }
        return input.object == nil ? [:] : input
    }

    /// Turns that the API takes: results stand behind their calls, and a user has the last word.
    private static func conversation(_ random: inout SeededRandom) -> [JSONValue] {
        var messages: [JSONValue] = []
        var owed: [String] = []
        for turn in 0..<Int.random(in: 1...5, using: &random) {
            var said: [JSONValue] = owed.map {
                ["type": "tool_result", "tool_use_id": .string($0), "content": .string(text(&random))]
            }
            if said.isEmpty || Bool.random(using: &random) {
                said.append(["type": "text", "text": .string(text(&random))])
            }
            messages.append(["role": "user", "content": .array(said)])
            owed = (0..<Int.random(in: 0...3, using: &random)).map { "toolu_\(turn)_\($0)" }
            var answer: [JSONValue] = owed.map {
                ["type": "tool_use", "id": .string($0), "name": "Tool_\(turn)", "input": input(&random)]
            }
            if answer.isEmpty || Bool.random(using: &random) {
                answer.insert(["type": "text", "text": .string(text(&random))], at: 0)
            }
            messages.append(["role": "assistant", "content": .array(answer)])
        }
        var last: [JSONValue] = owed.map {
            ["type": "tool_result", "tool_use_id": .string($0), "content": .string(text(&random))]
        }
        last.append(["type": "text", "text": .string(text(&random))])
        return messages + [["role": "user", "content": .array(last)]]
    }

    private static func parts(_ messages: [JSONValue]) -> [Part] {
        messages.flatMap { message -> [Part] in
            let role = message["role"]?.string ?? ""
            guard let blocks = message["content"]?.array else {
                return [.text(message["content"]?.string ?? "", role: role)]
            }
            return blocks.compactMap { block in
                switch block["type"]?.string {
                case "text": .text(block["text"]?.string ?? "", role: role)
                case "tool_use":
                    .call(
                        id: block["id"]?.string ?? "", name: block["name"]?.string ?? "", input: block["input"] ?? .null
                    )
                case "tool_result":
                    .result(id: block["tool_use_id"]?.string ?? "", text: plain(block["content"]))
                default: nil
                }
            }
        }
    }

    private static func plain(_ content: JSONValue?) -> String {
        content?.string ?? (content?.array ?? []).compactMap { $0["text"]?.string }.joined()
    }

    /// There and back through one API.
    private static func back(_ body: String, _ dialect: ChatDialect) throws -> [JSONValue] {
        let there = try JSONParser().parse(copying: body).withRoot {
            try ChatRequest($0, model: "gpt-5", provider: "p", dialect: dialect).body
        }
        let here = try JSONParser().parse(copying: there).withRoot { root in
            dialect.wire == .chat
                ? try ChatInRequest(root, model: "m").body : try ResponsesInRequest(root, model: "m").body
        }
        return try #require(try JSONValue(parsing: here)["messages"]?.array)
    }

    @Test(arguments: [ChatDialect.openAI, ChatDialect.openAI.asResponses])
    func `a conversation loses nothing on the way there and back`(_ dialect: ChatDialect) throws {
        var random = SeededRandom(seed: 31)
        for _ in 0..<Rounds.count(500) {
            let messages = Self.conversation(&random)
            let body: JSONValue = ["max_tokens": 100, "messages": .array(messages)]
            #expect(try Self.parts(Self.back(body.text(), dialect)) == Self.parts(messages))
        }
    }

    /// Whatever was said stands in the body, and nothing of it twice.
    @Test func `native APIs get every word and every argument`() throws {
        var random = SeededRandom(seed: 32)
        for _ in 0..<Rounds.count(300) {
            let messages = Self.conversation(&random)
            let body: JSONValue = ["max_tokens": 100, "messages": .array(messages)]
            let bodies = try JSONParser().parse(copying: body.text()).withRoot { root in
                [
                    try GeminiRequest.encode(root, model: "gemini-3-flash", provider: "p").body,
                    try OllamaRequest.encode(root, model: "m", provider: "p").body,
                ]
            }
            for sent in bodies {
                var strings: [String] = []
                var objects: [JSONValue] = []
                Self.collect(try JSONValue(parsing: sent), &strings, &objects)
                for part in Self.parts(messages) {
                    switch part {
                    case .text(let text, _), .result(_, let text): #expect(strings.contains(text))
                    case .call(_, let name, let input): #expect(strings.contains(name) && objects.contains(input))
                    }
                }
            }
        }
    }

    private static func collect(_ value: JSONValue, _ strings: inout [String], _ objects: inout [JSONValue]) {
        switch value {
        case .string(let text): strings.append(text)
        case .array(let items): for item in items { collect(item, &strings, &objects) }
        case .object(let object):
            objects.append(value)
            for member in object.members { collect(member.value, &strings, &objects) }
        case .null, .bool, .number: break
        }
    }
}

/// How often a property is tried: a few times in `make test`, a hundred thousand times in `make soak`.
enum Rounds {
    static func count(_ few: Int) -> Int { ProcessInfo.environment("SIDECAR_ROUNDS").flatMap { Int($0) } ?? few }
}

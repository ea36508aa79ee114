import JSON
import LinuxSystem
import Sidecar
import Testing

@Suite struct GatewayMessagesRequestTests {
    private let parser = JSONParser()

    private func buffer(_ text: String) -> ByteBuffer {
        let buffer = ByteBuffer()
        buffer.append(text)
        return buffer
    }

    private func edited(_ text: String, _ edits: (inout MessagesRequest) -> Void) throws -> String {
        let body = buffer(text)
        var request = try MessagesRequest(body, parser)
        edits(&request)
        return String(decoding: body.readable, as: UTF8.self)
    }

    @Test(arguments: [
        (#"{"model":"a","stream":false}"#, #"{"model":"bb","stream":true}"#),
        (#"{"stream":false,"model":"a"}"#, #"{"stream":true,"model":"bb"}"#),
        (#"{"stream":true,"model":"a"}"#, #"{"stream":true,"model":"bb"}"#),
        (#"{"model":"a"}"#, #"{"stream":true,"model":"bb"}"#),
        (#"{}"#, #"{"model":"bb","stream":true}"#), (#" { } "#, #" {"model":"bb","stream":true } "#),
        (#"{"x":1}"#, #"{"model":"bb","stream":true,"x":1}"#),
        ("\n{\t\"model\" :\r\n \"a\" , \"stream\" : null }\n", "\n{\t\"model\" :\r\n \"bb\" , \"stream\" : true }\n"),
        (#"{"mod\u0065l":"a","\u0073tream":false}"#, #"{"mod\u0065l":"bb","\u0073tream":true}"#),
        (#"{"model":42,"stream":"yes"}"#, #"{"model":"bb","stream":true}"#),
        (#"{"model":{"model":"x"},"stream":[false]}"#, #"{"model":"bb","stream":true}"#),
        (
            #"{"a":{"model":"x","stream":false},"model":"m","n":123456789012345678901234567890.50e+7}"#,
            #"{"stream":true,"a":{"model":"x","stream":false},"model":"bb","n":123456789012345678901234567890.50e+7}"#
        ),
        (#"{"models":1,"Model":2,"stream ":3}"#, #"{"model":"bb","stream":true,"models":1,"Model":2,"stream ":3}"#),
        (
            #"{"model":"a","stream":false,"model2":"\ud83d\ude00"}"#,
            #"{"model":"bb","stream":true,"model2":"\ud83d\ude00"}"#
        ),
    ])
    func edits(_ text: String, _ expected: String) throws {
        #expect(
            try edited(text) {
                $0.setStreaming()
                $0.setModel("bb")
            } == expected)
    }

    /// In whatever order the two are done the same two values are there, and nothing else has changed.
    @Test func theOrderOfEditsDoesNotMatter() throws {
        for text in [
            #"{"model":"a","stream":false}"#, #"{"stream":false,"model":"aaaa"}"#, "{}", #"{"x":1}"#, #"{"model":"a"}"#,
        ] {
            let one = try edited(text) {
                $0.setStreaming()
                $0.setModel("new")
            }
            let two = try edited(text) {
                $0.setModel("new")
                $0.setStreaming()
            }
            let twice = try edited(text) {
                $0.setModel("longer than before")
                $0.setStreaming()
                $0.setModel("new")
            }
            for result in [one, two, twice] {
                let root = try parser.parse(copying: result).root
                #expect(
                    root["model"]?.string == "new" && root["stream"]?.bool == true && root.duplicateKeys.isEmpty,
                    "\(result)")
            }
        }
    }

    @Test func namesAreEscaped() throws {
        let name = "a\"\\\r\n\u{0}é😀"
        let result = try edited(#"{"model":"a"}"#) { $0.setModel(name) }
        #expect(try parser.parse(copying: result).root["model"]?.string == name)
    }

    @Test(arguments: [
        "", "[]", "null", "{", #"{"model":"a""#, #"{"model":"a"} x"#, #"{"model":"a","model":"b"}"#,
        #"{"model":"a","mod\u0065l":"b"}"#, #"{"stream":true,"stream":true}"#, "\"model\"", #"{'model':1}"#,
    ])
    func refused(_ text: String) {
        let error = #expect(throws: APIError.self) { _ = try MessagesRequest(buffer(text), parser) }
        #expect(error?.status == 400 && error?.kind == .invalidRequest)
    }

    @Test func whatItReads() throws {
        let plain = try MessagesRequest(buffer(#"{"model":"a\u00e9","stream":true,"m":{"model":"no"}}"#), parser)
        #expect(plain.model == "aé" && plain.wantsStream)
        let odd = try MessagesRequest(buffer(#"{"model":null,"stream":1}"#), parser)
        #expect(odd.model == nil && !odd.wantsStream)
    }

    @Test func whatWasReadWholeIsKnownUntilItChanges() throws {
        let text = #"{"model":"a","messages":[{"role":"user"}]}"#
        #expect(try MessagesRequest(buffer(text), parser).document == nil)
        var request = try MessagesRequest(buffer(text), parser, wantsWhole: true)
        #expect(request.model == "a" && request.document?.root["messages"]?[0]?["role"]?.equals("user") == true)
        request.setModel("bb")
        #expect(request.document == nil)
        let other = try MessagesRequest(buffer(text), parser, wantsWhole: true)
        _ = try parser.parse(copying: "{}")
        #expect(other.document == nil)
    }

    /// Any members around the two: what is not them comes out byte for byte.
    @Test func randomBodiesKeepEveryOtherByte() throws {
        var random = SeededNumbers(seed: 20_260_101)
        for _ in 0..<2_000 {
            var members = (0..<random.below(6)).map {
                "\"k\($0)\"\(random.space()):\(random.space())\(random.json(depth: 3))"
            }
            let hasModel = random.below(3) > 0
            let hasStream = random.below(3) > 0
            if hasModel { members.insert("\"model\"\(random.space()):\u{1}", at: random.below(members.count + 1)) }
            if hasStream { members.insert("\(random.space())\"stream\":\u{2}", at: random.below(members.count + 1)) }
            let form =
                random.space() + "{" + random.space() + members.joined(separator: random.space() + ",") + "}"
                + random.space()
            func fill(_ model: String, _ stream: String) -> String {
                form.split(separator: "\u{1}", omittingEmptySubsequences: false).joined(separator: model)
                    .split(separator: "\u{2}", omittingEmptySubsequences: false).joined(separator: stream)
            }
            let isFirst = random.below(2) == 0
            let result = try edited(fill(random.json(depth: 1), "false")) {
                if isFirst { $0.setStreaming() }
                $0.setModel("claude/é")
                if !isFirst { $0.setStreaming() }
            }
            // What was added stands right behind the first brace.
            var expected = fill("\"claude/é\"", "true")
            var count = members.count
            func add(_ text: String) {
                let brace = expected.firstIndex(of: "{")!
                expected.insert(contentsOf: text + (count == 0 ? "" : ","), at: expected.index(after: brace))
                count += 1
            }
            if isFirst && !hasStream { add("\"stream\":true") }
            if !hasModel { add("\"model\":\"claude/é\"") }
            if !isFirst && !hasStream { add("\"stream\":true") }
            #expect(result == expected)
        }
    }
}

/// The same numbers from the same seed, and JSON made of them with white space and numbers that no writer writes.
struct SeededNumbers {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ (state >> 29)) &* 0xbf58_476d_1ce4_e5b9 >> 7
    }
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func space() -> String { ["", "", " ", "\n\t", "\r\n "][below(5)] }

    mutating func json(depth: Int) -> String {
        switch below(depth > 0 ? 7 : 5) {
        case 0: ["null", "true", "false"][below(3)]
        case 1: ["0", "-0", "1e400", "123456789012345678901234567890", "0.10", "-1.5E-07"][below(6)]
        case 2, 3: ["\"\"", "\"model\"", #""\u0000\ud83d\ude00""#, #""é😀\\\"{}[],:""#, #""stream""#][below(5)]
        case 4: ["{}", "[]", "[ ]", "{ }"][below(4)]
        case 5:
            "[" + (0..<below(4)).map { _ in space() + json(depth: depth - 1) }.joined(separator: ",") + space() + "]"
        default:
            "{"
                + (0..<below(4)).map { _ in
                    ["\"model\"", "\"stream\"", "\"\""][below(3)] + ":" + json(depth: depth - 1)
                }
                .joined(separator: "," + space()) + "}"
        }
    }
}

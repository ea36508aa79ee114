import JSON
import Testing

@testable import Translation

/// Calls of tools that models write into their text.
struct WrittenCallTests {
    @Test(
        arguments: [
            // Hermes and Qwen.
            (#"<tool_call>\#n{"name": "Read", "arguments": {"path": "a"}}\#n</tool_call>"#, [#"Read{"path": "a"}"#]),
            (#"I look.<tool_call>{"name":"Read","arguments":{}}</tool_call>"#, ["I look.", "Read{}"]),
            (
                #"<tool_call>{"name":"Read","arguments":{}}</tool_call>\#n<tool_call>{"name":"Bash","arguments":{"command":"ls"}}</tool_call>\#n"#,
                ["Read{}", #"Bash{"command":"ls"}"#]
            ),
            // The closing stands in an argument too, and arguments are a text.
            (
                #"<tool_call>{"name":"Bash","arguments":{"command":"echo </tool_call> }"}}</tool_call>!"#,
                [#"Bash{"command":"echo </tool_call> }"}"#, "!"]
            ),
            (#"<tool_call>{"name":"Bash","arguments":"{\"command\":\"ls\"}"}</tool_call>"#, [#"Bash{"command":"ls"}"#]),
            // A bracket is missing, single quotes, no closing.
            (#"<tool_call>{"name":"Bash","arguments":{"command":"ls"}</tool_call>."#, [#"Bash{"command":"ls"}"#, "."]),
            (#"<tool_call>{'name':'Bash','arguments':{'command':'ls "a"'}}"#, [#"Bash{"command":"ls \"a\""}"#]),
            (#"<tools>{"name":"Read","parameters":{"path":"é"}}</tools>"#, [#"Read{"path":"é"}"#]),
            // Qwen's coders, GLM.
            (
                "<tool_call>\n<function=Read>\n<parameter=path>\na b\n</parameter>\n<parameter=limit>\n5\n</parameter>\n</function>\n</tool_call>",
                [#"Read{"path":"a b","limit":5}"#]
            ),
            (
                "<function=Read>\n<parameter=path>\n5\n</parameter>\n<parameter=all>\nTrue\n</parameter>\n</function>",
                [#"Read{"path":"5","all":true}"#]
            ),
            (
                "<tool_call>Read\n<arg_key>path</arg_key>\n<arg_value>x\ny</arg_value>\n<arg_key>tags</arg_key><arg_value>[\"a\"]</arg_value></tool_call>",
                [#"Read{"path":"x\ny","tags":["a"]}"#]
            ),
            // Llama.
            (#"<function=Bash>{"command": "ls"}</function>"#, [#"Bash{"command": "ls"}"#]),
            (#"<|python_tag|>{"name": "Bash", "parameters": {"command": "ls"}}"#, [#"Bash{"command": "ls"}"#]),
            (
                #"<|python_tag|>{"name":"Read","parameters":{}}; {"name":"Bash","parameters":{}}<|eom_id|>"#,
                ["Read{}", "Bash{}"]
            ),
            (#"{"name": "Bash", "parameters": {"command": "ls"}}"#, [#"Bash{"command": "ls"}"#]),
            (#"{"type":"function","function":{"name":"Read","arguments":{}}}"#, ["Read{}"]),
            // Mistral.
            (
                #"[TOOL_CALLS] [{"name": "Read", "arguments": {"path": "a"}}, {"name":"Bash","arguments":{}}]"#,
                [#"Read{"path": "a"}"#, "Bash{}"]
            ),
            (
                #"[TOOL_CALLS]Read[ARGS]{"path": "a"}[TOOL_CALLS]Bash[CALL_ID]x1[ARGS]{}"#,
                [#"Read{"path": "a"}"#, "Bash{}"]
            ),
            // Tags by name; MiniMax, DeepSeek.
            (
                #"<function_calls>\#n<invoke name="Read">\#n<parameter name="path">a</parameter>\#n</invoke>\#n<invoke name="Bash"></invoke>\#n</function_calls>"#,
                [#"Read{"path":"a"}"#, "Bash{}"]
            ),
            (#"<invoke name="Read"><parameter name="path">a</parameter></invoke> ok"#, [#"Read{"path":"a"}"#, "ok"]),
            (
                #"<minimax:tool_call><invoke name="Read"><parameter name="limit">7</parameter></invoke></minimax:tool_call>"#,
                [#"Read{"limit":7}"#]
            ),
            (
                #"<｜DSML｜function_calls><｜DSML｜invoke name="Read"><｜DSML｜parameter name="path" string="true">a</｜DSML｜parameter></｜DSML｜invoke></｜DSML｜function_calls>"#,
                [#"Read{"path":"a"}"#]
            ),
            // In a fence.
            ("So:\n```json\n{\"name\": \"Read\", \"arguments\": {}}\n```\nDone.", ["So:\n", "Read{}", "Done."]),
            ("```tool_call\n{\"name\": \"Read\", \"arguments\": {}}\n```", ["Read{}"]),
            // As the provider was told that it is called.
            (#"<tool_call>{"name":"mcp__a__tool.with.dots","arguments":{}}</tool_call>"#, ["mcp__a__tool.with.dots{}"]),
        ] as [(String, [String])])
    func `a call in any of the known forms is taken out of the text (pain 19)`(text: String, pieces: [String]) throws {
        #expect(try WrittenLab.shown(text) == pieces)
    }

    @Test(arguments: [
        "<tool_call> is a tag of Hermes, </tool_call> ends it.", "a <tool_", "a [TOOL_CALLS", "x < y && [1] `z` {",
        #"<tool_call>{"name":"Delete","arguments":{}}</tool_call>"#,
        #"[TOOL_CALLS] [{"name":"Read","arguments":{}},{"name":"Delete","arguments":{}}]"#,
        #"<invoke name="Delete"><parameter name="path">a</parameter></invoke>"#,
        #"<invoke name="web_search"><parameter name="query">a</parameter></invoke>"#,
        "<function=Re>{}</function>", #"{"path": "a"}"#, #"{"name":"Read","arguments":{}} is what I would send."#,
        "```json\n{\"path\": {\"name\": \"Read\"}}\n```", "```json\n[1, 2]\n```", "```js\n{\"name\":\"Read\"}\n```",
        #"<tool_call>{"name":"Bash","arguments":{"command":"rm -rf"#, "<tool_call><tool_call>", "<tool_call>",
        #"<function=Read><parameter=path>a</function>"#, "[TOOL_CALLS]Read<b>", "<|python_tag|>print(1)",
    ]) func `what is no call of the request's tools stays text to the letter`(text: String) throws {
        #expect(try WrittenLab.shown(text) == [text])
    }

    @Test func `a call behind one that is none is found`() throws {
        #expect(
            try WrittenLab.shown(#"<tool_call><tool_call>{"name":"Read","arguments":{}}</tool_call>"#)
                == ["<tool_call>", "Read{}"])
    }

    @Test(arguments: [
        #"<tool_call>{"name":"Bash","arguments":{"command":"ls"}"#, "<function=Read>\n<parameter=path>a</parameter>",
    ]) func `what an answer broke off in is no call`(text: String) throws {
        #expect(try WrittenLab.shown(text, isCut: true) == [text])
        #expect(try WrittenLab.shown(text).count == 1 && WrittenLab.shown(text) != [text])
    }

    // MARK: However it comes

    private static let fragments = [
        "<tool_call>", "</tool_call>", #"{"name":"Read","arguments":{"path":"a"}}"#, "[TOOL_CALLS]", "Read", "[ARGS]",
        "<function=Read>", "</function>", "<parameter=path>", "</parameter>", "```json\n", "```", "{", "}", "[", "]",
        #""name""#, ":", #""Bash""#, "<invoke name=\"Bash\">", "</invoke>", "<parameter name=\"command\">", "<｜DSML｜",
        "function_calls>", "Words. ", "\n", " ", "é", "'", "\\", "<", "<|python_tag|>", ";", "<arg_key>", "</arg_key>",
    ]

    @Test func `the pieces in which a text comes change nothing, and nothing of it is lost`() throws {
        var random = SeededRandom(seed: 42)
        for _ in 0..<2_000 {
            var text: [UInt8] = []
            for _ in 0..<Int.random(in: 1...9, using: &random) {
                text += Array(Self.fragments.randomElement(using: &random)!.utf8)
            }
            let isCut = Bool.random(using: &random)
            let once = try WrittenLab.found([text], isCut: isCut)
            for size in [1, 3, 7] {
                var chunks: [[UInt8]] = []
                var start = 0
                while start < text.count {
                    let end = min(text.count, start + Int.random(in: 1...size, using: &random))
                    chunks.append(Array(text[start..<end]))
                    start = end
                }
                #expect(try WrittenLab.found(chunks, isCut: isCut) == once, "\(String(decoding: text, as: UTF8.self))")
            }
            if !once.contains(where: { if case .call = $0 { true } else { false } }) { #expect(once == [.text(text)]) }
        }
    }

    @Test func `text is held back only where a call may begin`() throws {
        var finder = WrittenCallFinder(try WrittenLab.knownTools())
        #expect(finder.add(Array("A line.\nx < y".utf8)) == [.text(Array("A line.\nx < y".utf8))])
        #expect(finder.add(Array(" and <to".utf8)) == [.text(Array(" and ".utf8))])
        #expect(finder.add(Array("p>".utf8)) == [.text(Array("<top>".utf8))] && !finder.isWaiting)
    }

    @Test func `many beginnings of calls cost no more than their length`() throws {
        let text = Array(String(repeating: #"<tool_call>{""#, count: 40_000).utf8)
        #expect(try WrittenLab.found([text]) == [.text(text)])
    }
}

import JSON
import Testing

@testable import Translation

struct ConverseRequestTests {
    private let llama = "us.meta.llama3-3-70b-instruct-v1:0"

    @Test(arguments: [
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", true), ("global.anthropic.claude-opus-5-5", true),
        ("arn:aws:bedrock:eu-west-1:1:inference-profile/eu.anthropic.claude-x", true), ("claude-x", true),
        ("eu.amazon.nova-pro-v1:0", false), ("arn:aws:bedrock:eu-west-1:1:application-inference-profile/a1b2", false),
        ("openai.gpt-oss-120b-1:0", false), ("nova-pro", false),
    ])
    func `names tell the family`(_ name: String, _ isClaude: Bool) {
        #expect(BedrockModel(name).isClaude == isClaude)
        #expect(BedrockModel("eu.anthropic.claude-x-v1:0").nameOfModel == "anthropic.claude-x-v1:0")
    }

    @Test func `plain fields stand before the messages`() throws {
        let body = try BedrockLab.request(
            #"{"messages":[{"role":"user","content":"Hi"}],"max_tokens":99999,"temperature":0.5,"top_p":0.9,"top_k":7,"stop_sequences":["a"],"system":[{"type":"text","text":"S","cache_control":{"type":"ephemeral"}}],"stream":true,"additionalModelRequestFields":{"own":1},"serviceTier":{"type":"flex"}}"#
        )
        #expect(
            String(decoding: body.body, as: UTF8.self)
                == #"{"inferenceConfig":{"maxTokens":65535,"stopSequences":["a"],"temperature":0.5,"topP":0.9},"#
                + #""additionalModelRequestFields":{"inferenceConfig":{"topK":7},"own":1},"serviceTier":{"type":"flex"},"#
                + #""system":[{"text":"S"},{"cachePoint":{"type":"default"}}],"#
                + #""messages":[{"role":"user","content":[{"text":"Hi"}]}]}"#)
        #expect(body.wantsStream && body.leftOut.isEmpty)
    }

    @Test(
        arguments: [
            (
                BedrockLab.nova, #""thinking":{"type":"enabled","budget_tokens":2000}"#,
                #"{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"low"}}"#
            ),
            (
                BedrockLab.nova, #""output_config":{"effort":"max"}"#,
                #"{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"medium"}}"#
            ),
            (BedrockLab.nova, #""thinking":{"type":"disabled"}"#, #"{"reasoningConfig":{"type":"disabled"}}"#),
            ("openai.gpt-oss-20b-1:0", #""output_config":{"effort":"xhigh"}"#, #"{"reasoning_effort":"high"}"#),
            ("openai.gpt-oss-20b-1:0", #""thinking":{"type":"adaptive"}"#, nil),
            ("qwen.qwen3-x", #""thinking":{"type":"adaptive"}"#, nil),
            ("cohere.command-r-v1:0", #""top_k":3"#, #"{"k":3}"#), ("meta.llama4-x", #""top_k":3"#, nil),
        ] as [(String, String, String?)])
    func `fields that only some models know`(_ model: String, _ field: String, _ wanted: String?) throws {
        let body = try BedrockLab.encoded(#"{\#(field),"messages":[]}"#, model: model)
        #expect(body["additionalModelRequestFields"] == (try wanted.map { try JSONValue(parsing: $0) }))
    }

    @Test func `turns alternate and begin with the user, whatever is left out`() throws {
        let messages = try BedrockLab.messages(
            #"[{"role":"assistant","content":"A"},{"role":"assistant","content":[{"type":"thinking","thinking":"x","signature":"foreign"}]},{"role":"user","content":"  "},{"role":"assistant","content":"B"},{"role":"system","content":"Be kind"},{"role":"user","content":"C"}]"#
        )
        #expect(messages.map { $0["role"]?.string } == ["user", "assistant", "user"])
        #expect(messages[1]["content"] == [["text": "A"], ["text": "B"]])
        #expect(messages[2]["content"]?.array?.count == 4)
    }

    private let conversation =
        #"{"role":"user","content":"Look"},{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"A","input":{"q":1}},{"type":"tool_use","id":"odd/id","name":"B"}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"odd/id","is_error":true,"content":[{"type":"text","text":"no"},{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"QQ=="}}],"cache_control":{"type":"ephemeral"}},{"type":"text","text":"so"}]}"#

    @Test func `results stand first, in the order of the calls, with what belongs to them`() throws {
        let messages = try BedrockLab.messages("[\(conversation)]")
        let calls = try #require(messages[1]["content"]?.array)
        let content = try #require(messages[2]["content"]?.array)
        #expect(calls.map { $0["toolUse"]?["name"]?.string } == ["A", "B"] && calls[1]["toolUse"]?["input"] == [:])
        #expect(content[0]["toolResult"]?["toolUseId"] == "toolu_1" && content[0]["toolResult"]?["status"] == "error")
        #expect(content[1]["toolResult"]?["toolUseId"] == calls[1]["toolUse"]?["toolUseId"])
        #expect(
            content[1]["toolResult"]?["content"]
                == [["text": "no"], ["image": ["format": "jpeg", "source": ["bytes": "QQ=="]]]])
        #expect(content[2...] == [["cachePoint": ["type": "default"]], ["text": "so"]])
    }

    @Test func `a model that takes text alone in results gets the rest behind them`() throws {
        let messages = try BedrockLab.messages("[\(conversation)]", model: "mistral.pixtral-large-2502-v1:0")
        let content = try #require(messages[2]["content"]?.array)
        #expect(content[1]["toolResult"]?["content"] == [["text": "Error:"], ["text": "no"]])
        #expect(content[1]["toolResult"]?["status"] == nil && content[3]["image"]?["format"] == "jpeg")
        let blind = try BedrockLab.request(#"{"messages":[\#(conversation)]}"#, model: llama)
        #expect(blind.leftOut.features == [.imageInput, .cacheControl])
    }

    @Test func `calls without tools are named, because nothing else is taken`() throws {
        let body = try BedrockLab.encoded(#"{"messages":[\#(conversation)]}"#)
        let tools = try #require(body["toolConfig"]?["tools"]?.array)
        #expect(tools.map { $0["toolSpec"]?["name"]?.string } == ["A", "B"])
        #expect(tools[0]["toolSpec"]?["inputSchema"] == ["json": ["type": "object"]])
        let forbidden = try BedrockLab.encoded(
            #"{"tools":[{"name":"T"}],"tool_choice":{"type":"none"},"messages":[{"role":"user","content":"x"}]}"#)
        #expect(forbidden["toolConfig"] == nil)
    }

    @Test func `tools, their names and the choice among them`() throws {
        let request = try BedrockLab.request(
            #"{"messages":[],"tool_choice":{"type":"tool","name":"mcp.a b"},"tools":[{"name":"mcp.a b","description":"D","input_schema":{"$schema":"s","type":"object","properties":{"p":{}}}},{"name":"E","description":" ","input_schema":{"properties":{}}}]}"#,
            model: "amazon.nova-pro-v1:0")
        let config = try #require(try JSONValue(parsing: request.body)["toolConfig"])
        let name = try #require(config["tools"]?[0]?["toolSpec"]?["name"]?.string)
        #expect(request.names.original(name) == "mcp.a b" && config["toolChoice"] == ["tool": ["name": .string(name)]])
        #expect(
            config["tools"]?[0]?["toolSpec"]?["inputSchema"]?["json"] == ["type": "object", "properties": ["p": [:]]])
        #expect(config["tools"]?[1]?["toolSpec"]?["description"] == nil)
        let unable = try BedrockLab.request(
            #"{"messages":[],"tool_choice":{"type":"any"},"tools":[{"name":"T","input_schema":{"type":"object","x":1}}]}"#,
            model: llama)
        #expect(unable.leftOut.features == [.toolChoice])
        let own = try JSONValue(parsing: unable.body)["toolConfig"]?["tools"]?[0]?["toolSpec"]
        #expect(own?["inputSchema"]?["json"] == ["type": "object", "x": 1])
    }

    @Test func `documents have words beside them and names of their own`() throws {
        let paper = #"{"type":"document","title":"Q3_report (ü).pdf","source":{"type":"base64","data":"QQ=="}}"#
        let content = try #require(
            try BedrockLab.messages(#"[{"role":"user","content":[\#(paper),\#(paper)]}]"#)[0]["content"]?.array)
        #expect(
            content.map { $0["document"]?["name"]?.string } == ["Q3-report (--)-pdf", "Q3-report (--)-pdf (2)", nil])
        #expect(content[2]["text"] != nil && content[0]["document"]?["source"] == ["bytes": "QQ=="])
    }

    @Test func `of many pictures the last twenty go`() throws {
        let image = #"{"type":"image","source":{"type":"base64","data":"QQ=="}}"#
        let body =
            #"{"messages":[{"role":"user","content":[\#([String](repeating: image, count: 22).joined(separator: ","))]}]}"#
        let request = try BedrockLab.request(body)
        let content = try #require(try JSONValue(parsing: request.body)["messages"]?[0]?["content"]?.array)
        #expect(content.prefix(3).map { $0["image"] == nil } == [true, true, false] && content.count == 22)
        #expect(request.leftOut.features == [.imageInput])
    }

    @Test func `thinking goes back to whom it came from, if it is signed`() throws {
        func back(_ payload: ConverseReasoning, _ model: String) throws -> JSONValue? {
            let signature = ThinkingSignature(provider: "cloud", model: model, payload: payload.payload).text
            return try BedrockLab.messages(
                #"[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"Hm","signature":"\#(signature)"},{"type":"text","text":"b"}]}]"#
            )[1]["content"]
        }
        var own = ConverseReasoning()
        own.note(signature: "c2ln")
        own.note(redacted: "cmVk")
        #expect(
            try back(own, BedrockLab.nova) == [
                ["reasoningContent": ["reasoningText": ["text": "Hm", "signature": "c2ln"]]],
                ["reasoningContent": ["redactedContent": "cmVk"]], ["text": "b"],
            ])
        #expect(try back(own, "other") == [["text": "b"]])
        #expect(try back(ConverseReasoning(), BedrockLab.nova) == [["text": "b"]])
    }

    @Test func `the next turn begins with this one`() throws {
        let first = #"{"system":"S","tools":[{"name":"A"}],"messages":[\#(conversation)"#
        let next = #",{"role":"assistant","content":"ok"},{"role":"user","content":"more"}]}"#
        let (one, two) = (try BedrockLab.request(first + "]}").body, try BedrockLab.request(first + next).body)
        #expect(two.starts(with: one.dropLast(2)))
    }

    @Test func `a Claude model gets Anthropic's own request, betas and all`() throws {
        let body = #"{"model":"m","stream":true,"max_tokens":5,"messages":[],"speed":"fast"}"#
        let (request, count) = try JSONParser().parse(copying: body).withRoot { root in
            let betas = ["context-1m-2025-08-07", "fast-mode-2026-02-01", "advanced-tool-use-2025-11-20"]
            return (
                try HostedClaude.encode(root, for: .bedrock, provider: "p", betas: betas),
                try HostedClaude.encode(root, for: .bedrock, provider: "p", betas: [], isCount: true)
            )
        }
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"anthropic_version":"bedrock-2023-05-31","anthropic_beta":["context-1m-2025-08-07","tool-search-tool-2025-10-19"],"max_tokens":5,"messages":[]}"#
        )
        #expect(request.leftOut.features == [.betas, .speed] && request.wantsStream)
        let inner = try #require(
            try JSONValue(parsing: BedrockCount.encode(count))["input"]?["invokeModel"]?["body"]?.string)
        #expect(Base64.decode(inner) == count.body)
    }
}

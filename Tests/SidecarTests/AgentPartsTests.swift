import JSON
import Sidecar
import Testing

/// What of an agent is pure: reading answers, sorting calls, reading definitions.
@Suite struct AgentPartsTests {
    private func stream(_ events: String...) -> [UInt8] {
        Array(events.map { "event: x\ndata: \($0)\n\n" }.joined().utf8)
    }

    private func read(_ body: [UInt8], status: Int = 200, stream: Bool = true) throws -> AgentAnswer {
        try AnswerReader.read(status: status, isStream: stream, retryAfter: "7", body)
    }

    private static let start = #"{"type":"message_start","message":{"usage":{"input_tokens":5,"output_tokens":1}}}"#
    private static let call = [
        #"{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t","name":"Read","input":{}}}"#,
        #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"file_"}}"#,
        #"{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"path\":\"/a\"}"}}"#,
    ]

    private func end(_ reason: String) -> [String] {
        [
            #"{"type":"message_delta","delta":{"stop_reason":"\#(reason)"},"usage":{"output_tokens":9}}"#,
            #"{"type":"message_stop"}"#,
        ]
    }

    @Test func `A stream and an answer at once are the same message`() throws {
        let events =
            [
                Self.start, #"{"type":"ping"}"#,
                #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hé"}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"llo"}}"#,
            ] + Self.call + end("tool_use")
        let streamed = try read(Array(events.map { "data: \($0)\r\n\r\n" }.joined().utf8))
        let whole = try read(
            Array(
                #"{"content":[{"type":"text","text":"Héllo"},{"type":"tool_use","id":"t","name":"Read","input":{"file_path":"/a"}}],"stop_reason":"tool_use","usage":{"input_tokens":5,"output_tokens":9}}"#
                    .utf8), stream: false)
        #expect(streamed == whole)
        #expect(streamed.text == "Héllo")
        #expect(streamed.toolUses == [.init(id: "t", name: "Read", input: ["file_path": "/a"])])
        #expect(streamed.usage.total == 14)
    }

    @Test func `A stream that breaks off is no answer, whatever it said before`() throws {
        let whole = [Self.start] + Self.call + end("tool_use")
        for count in 0..<whole.count {
            let problem = #expect(throws: AgentProblem.self) {
                try read(Array(whole[..<count].map { "data: \($0)\n\n" }.joined().utf8))
            }
            #expect(problem?.kind == .broken && problem?.isPassing == true)
        }
    }

    @Test func `A call that was cut at the end of the tokens is no call`() throws {
        let events = [Self.start] + Self.call.dropLast() + end("max_tokens")
        let answer = try read(Array(events.map { "data: \($0)\n\n" }.joined().utf8))
        #expect(answer.stopReason == "max_tokens" && answer.toolUses.isEmpty)
    }

    @Test(arguments: [(400, false), (401, false), (429, true), (500, true), (529, true)])
    func `Errors keep the provider's words, and say whether they pass`(_ status: Int, _ passes: Bool) throws {
        let body = #"{"type":"error","error":{"type":"some_error","message":"so it is"}}"#
        let problem = try #require(
            #expect(throws: AgentProblem.self) { try read(Array(body.utf8), status: status, stream: false) })
        #expect(problem.kind == .provider && problem.isPassing == passes && problem.retryAfterSeconds == 7)
        #expect(problem.message == "The provider answered with status \(status), some_error: so it is")
        let late = #"{"type":"error","error":{"type":"overloaded_error","message":"busy"}}"#
        let broken = #expect(throws: AgentProblem.self) { try read(stream(Self.start, late)) }
        #expect(broken?.message.contains("busy") == true && broken?.isPassing == true)
    }

    @Test func `Calls run at once where none can see what another does`() {
        func use(_ name: String, _ path: String = "") -> AgentAnswer.ToolUse {
            .init(id: "\(name)\(path)", name: name, input: path.isEmpty ? [:] : ["file_path": .string(path)])
        }
        func batches(_ calls: AgentAnswer.ToolUse...) -> [[String]] { AgentBatches.of(calls).map { $0.map(\.id) } }
        #expect(batches() == [])
        #expect(batches(use("Read", "/a"), use("Grep"), use("Read", "/a")) == [["Read/a", "Grep", "Read/a"]])
        #expect(batches(use("Write", "/a"), use("Edit", "/b")) == [["Write/a", "Edit/b"]])
        #expect(batches(use("Write", "/a"), use("Edit", "/a")) == [["Write/a"], ["Edit/a"]])
        #expect(batches(use("Write", "/a"), use("Read", "/b")) == [["Write/a"], ["Read/b"]])
        #expect(batches(use("Bash"), use("Bash"), use("Read", "/a")) == [["Bash"], ["Bash"], ["Read/a"]])
        #expect(batches(use("Task", "1"), use("Agent", "2"), use("Bash")) == [["Task1", "Agent2"], ["Bash"]])
        #expect(batches(use("Unheard")) == [["Unheard"]])
    }

    @Test func `A definition is read as people write it`() throws {
        let one = try AgentDefinition(
            "---\nname: reviewer\ndescription: Use it: when code is done\ntools: Read, Grep\nmodel: inherit\n---\n\nLook.\n",
            fallbackName: "x")
        #expect(one.name == "reviewer" && one.description == "Use it: when code is done")
        #expect(one.tools == ["Read", "Grep"] && one.model == nil && one.system == "Look.")
        let two = try AgentDefinition(
            "---\r\ndescription: >\r\n  long\r\n  one\r\ntools:\r\n  - Read\r\n  - \"Bash\"\r\nmodel: 'haiku'\r\n---\r\nA\r\nB",
            fallbackName: "file")
        #expect(two.name == "file" && two.description == "long one" && two.tools == ["Read", "Bash"])
        #expect(two.model == "haiku" && two.system == "A\nB")
        #expect(try AgentDefinition("---\ntools: [Read, \"LS\"]\n---\nx", fallbackName: "f").tools == ["Read", "LS"])
        #expect(try AgentDefinition("---\ntools: '*'\n---\nx", fallbackName: "f").tools == nil)
        #expect(try AgentDefinition("---\ntools:\n---\nx", fallbackName: "f").tools == [])
    }

    @Test(arguments: [
        ("x", "its first line"), ("---\nname: x\n", "no end"), ("---\nname: x\n---\n \n", "nothing below"),
    ])
    func `A definition that is none says why`(_ text: String, _ reason: String) throws {
        let wrong = #expect(throws: AgentDefinition.Wrong.self) { try AgentDefinition(text, fallbackName: "f") }
        #expect(wrong?.reason.contains(reason) == true)
    }
}

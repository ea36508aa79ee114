import HTTP
import JSON
import Sidecar
import Testing

/// Which step answers. `then:` is the answer of the step under test, `else` that of the step behind it.
@Suite struct ScriptedMatchTests {
    private func answers(
        _ when: String, _ json: String, fields: HTTPFields = HTTPFields(), answer: String = "then"
    ) throws -> String {
        try Scripted.upstream("version: 1\nsteps:\n- { when: \(when), answer: '\(answer)' }\n- answer: else\n")
            .says(json, fields: fields)
    }

    /// A conversation in which Read has failed and Bash has printed `two passed`.
    private static let afterTools = Scripted.messages(
        """
        {"role":"user","content":"Fix it"},
        {"role":"system","content":[{"type":"text","text":"Today is Monday"}]},
        {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"Read","input":{}},
          {"type":"tool_use","id":"b","name":"Bash","input":{}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"b","content":[{"type":"text","text":"two passed"}]},
          {"type":"tool_result","tool_use_id":"a","content":"no such file","is_error":true},
          {"type":"text","text":"<system-reminder>hello</system-reminder>"}]}
        """, "\"system\":\"You are a tester\",\"tools\":[{\"name\":\"mcp__git__log\"}],")

    @Test(arguments: [
        ("{ text: HELLO }", true), ("{ text: goodbye }", false), ("{ text_matches: 'say*m' }", true),
        ("{ text_matches: hello }", false), ("{ text_matches: '*' }", true), ("{ prompt: say }", true),
        ("{ tool_result: {} }", false), ("{ model: 'm*' }", true), ("{ model: 'x*' }", false), ("{ turn: 0 }", true),
        ("{ turn: 1 }", false), ("{ stream: false }", true), ("{ stream: true }", false), ("{}", true),
        ("{ text: hello, turn: 1 }", false), ("{ has_tool: '*' }", false), ("{ system: x }", false),
    ])
    func oneMessage(_ when: String, _ matches: Bool) throws {
        #expect(try answers(when, Scripted.request("say Hello to them")) == (matches ? "then" : "else"))
    }

    @Test(arguments: [
        ("{ tool_result: {} }", true), ("{ tool_result: { tool: Read } }", true),
        ("{ tool_result: { tool: 'B*' } }", true),
        ("{ tool_result: { tool: Write } }", false), ("{ tool_result: { contains: passed } }", true),
        ("{ tool_result: { contains: failed } }", false), ("{ tool_result: { is_error: true } }", true),
        // Both must hold for one result: Bash's has no error.
        ("{ tool_result: { tool: Bash, is_error: true } }", false),
        ("{ tool_result: { tool: Bash, is_error: false } }", true),
        ("{ turn: 1 }", true), ("{ prompt: fix }", true),
        // The last message has results and a reminder, no words of the user.
        ("{ text: fix }", false), ("{ text: hello }", false), ("{ text_matches: '*' }", false),
        ("{ system: a TESTER }", true), ("{ system: monday }", true), ("{ has_tool: 'mcp__git__*' }", true),
        ("{ has_tool: Read }", false),
    ])
    func toolLoop(_ when: String, _ matches: Bool) throws {
        #expect(try answers(when, Self.afterTools) == (matches ? "then" : "else"))
    }

    @Test func headers() throws {
        let json = Scripted.request("x")
        #expect(try answers("{ header: { X-Team: 'in*' } }", json, fields: ["x-team": "infra"]) == "then")
        #expect(try answers("{ header: { X-Team: 'in*' } }", json, fields: ["x-team": "web"]) == "else")
        #expect(try answers("{ header: { X-Team: '*' } }", json) == "else")
    }

    @Test func variablesComeFromWhatMatched() throws {
        let result = try answers(
            "{ tool_result: { tool: Bash } }", Self.afterTools,
            answer: "${tool_name}: ${tool_result}, ${prompt}, ${turn}")
        #expect(result == "Bash: two passed, Fix it, 1")
        let rest = try answers(
            "{ text: 'read ' }", Scripted.request("Please READ  /etc/hostname \nnow"), answer: "<${rest}> of ${model}")
        #expect(rest == "</etc/hostname> of m")
    }

    @Test func anyOtherMessageIsRefusedWithTheReasons() throws {
        let upstream = try Scripted.upstream(
            """
            version: 1
            steps:
            - { name: greeting, when: { text: hello }, answer: a }
            - { when: { tool_result: { tool: Read } }, answer: b }
            - { when: { header: { x-key: abc } }, answer: c }
            - { once: true, answer: d }
            """)
        #expect(try upstream.says(Scripted.request("Good day")) == "d")
        let answer = try upstream.messages(json: Scripted.request("Good day"), fields: ["x-key": "PLANTED"])
        #expect(answer.status == 400)
        let error = try answer.json()["error"]
        #expect(error?["type"]?.string == "invalid_request_error")
        #expect(
            error?["message"]?.string
                == "no step of the script s.yaml answers this request: step 1 \"greeting\" (line 3): the last text \"Good day\" "
                + "does not contain \"hello\"; step 2 (line 4): the last message has no tool result; step 3 (line 5): no header "
                + "x-key matches \"abc\"; step 4 (line 6): has answered 1 times already. Add a step without `when` at the end "
                + "to answer everything else.")
    }

    @Test func countersAreKeptForEachConversation() throws {
        let upstream = try Scripted.upstream("version: 1\nsteps:\n- { times: 2, answer: first }\n- answer: then\n")
        func say(_ session: String?, _ more: String = "") throws -> String {
            try upstream.says(
                Scripted.request("x", more), fields: session.map { ["x-claude-code-session-id": $0] } ?? HTTPFields())
        }
        #expect(try [say("a"), say("a"), say("a")] == ["first", "first", "then"])
        #expect(try [say("b"), say(nil), say(nil), say(nil)] == ["first", "first", "first", "then"])
        let user = "\"metadata\":{\"user_id\":\"u\"},"
        #expect(try [say(nil, user), say(nil, user), say(nil, user)] == ["first", "first", "then"])
    }

    /// A step that is passed over because of its conditions must not count.
    @Test func onlyAnswersCount() throws {
        let upstream = try Scripted.upstream(
            "version: 1\nsteps:\n- { when: { text: a }, once: true, answer: A }\n- answer: else\n")
        #expect(try ["b", "a", "a"].map { try upstream.says(Scripted.request($0)) } == ["else", "A", "else"])
    }

    /// What is remembered of conversations is bounded: the oldest is forgotten, and then answered anew.
    @Test func oldConversationsAreForgotten() throws {
        let upstream = try Scripted.upstream("version: 1\nsteps:\n- { once: true, answer: first }\n- answer: then\n")
        let json = Scripted.request("x")
        func say(_ session: Int) throws -> String {
            try upstream.says(json, fields: ["x-sidecar-session": "\(session)"])
        }
        for session in 0...4096 { #expect(try say(session) == "first") }
        #expect(try say(4096) == "then")
        #expect(try say(1) == "then")
        #expect(try say(0) == "first")
    }
}

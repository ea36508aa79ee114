import JSON
import Testing
import ToolRuntime

/// What a call looks like before anything is done with it.
@Suite struct ToolInputTests {
    private func problems(_ tool: String, _ input: JSONValue) throws -> [InputProblem] {
        let declaration = try #require(ToolCatalog.tool(tool))
        do throws(InputProblems) {
            _ = try declaration.read(input)
            return []
        } catch {
            return error.problems
        }
    }

    @Test(
        arguments: [
            ("Read", #"{"file_path": "/a", "offset": 0, "limit": 10, "pages": "1-5"}"#),
            ("Read", #"{"file_path": "/a", "offset": null, "limit": 2000.0}"#),
            ("Write", #"{"file_path": "/a", "content": ""}"#),
            ("Edit", #"{"file_path": "/a", "old_string": "", "new_string": "x", "replace_all": false}"#),
            ("MultiEdit", #"{"file_path": "/a", "edits": [{"old_string": "a", "new_string": "b"}]}"#),
            ("Glob", #"{"pattern": "**/*.swift"}"#),
            ("Grep", #"{"pattern": "x", "-A": 1, "-n": true, "output_mode": "content", "-o": true, "head_limit": 0}"#),
            ("LS", #"{"path": "/", "ignore": ["*.log"]}"#),
            ("Bash", #"{"command": "ls", "timeout": 600000, "description": "x", "dangerouslyDisableSandbox": true}"#),
            ("Agent", #"{"description": "d", "prompt": "p", "subagent_type": "s", "model": "opus"}"#),
            ("Task", #"{"description": "d", "prompt": "p"}"#),
            ("WebSearch", #"{"query": "ab", "allowed_domains": ["a.org"], "blocked_domains": []}"#),
            ("WebFetch", #"{"url": "HTTPS://example.org", "prompt": "what"}"#),
            ("NotebookRead", #"{"notebook_path": "/n.ipynb"}"#),
            ("NotebookEdit", #"{"notebook_path": "/n", "new_source": "", "edit_mode": "insert", "cell_type": "code"}"#),
            ("TodoRead", "{}"),
            ("TodoWrite", #"{"todos": [{"content": "a", "status": "pending", "priority": "high", "id": "1"}]}"#),
            ("TodoWrite", #"{"todos": [{"content": "a", "status": "completed", "activeForm": "doing a"}]}"#),
        ])
    func `Both generations of the schemas are taken`(_ tool: String, _ input: String) throws {
        #expect(try problems(tool, JSONValue(parsing: input)) == [])
    }

    @Test(
        arguments: [
            ("Read", "[]", "wrong_type", "", "is a list of 0"),
            ("Read", "{}", "missing_field", "file_path", "is missing; wanted: an absolute path"),
            ("Read", #"{"file_path": null}"#, "wrong_type", "file_path", "is null"),
            ("Read", #"{"file_path": 7}"#, "wrong_type", "file_path", "is the number 7; wanted: an absolute path"),
            ("Read", #"{"file_path": "src/a"}"#, "relative_path", "file_path", "is a relative path"),
            ("Read", #"{"file_path": "~/a"}"#, "relative_path", "file_path", "is a relative path"),
            ("Read", #"{"file_path": ""}"#, "relative_path", "file_path", "is empty"),
            ("Read", #"{"file_path": "/a\u0000b"}"#, "bad_text", "file_path", "NUL"),
            ("Read", #"{"file_path": "/a", "limit": 0}"#, "out_of_range", "limit", "is the number 0"),
            ("Read", #"{"file_path": "/a", "limit": 1.5}"#, "wrong_type", "limit", "wanted: a whole number"),
            ("Read", #"{"file_path": "/a", "limit": 1e300}"#, "wrong_type", "limit", "wanted: a whole number"),
            (
                "Read", #"{"filepath": "/a", "file_path": "/a"}"#, "unknown_field", "filepath",
                "did you mean `file_path`?"
            ),
            ("Bash", #"{"command": ""}"#, "too_short", "command", "is an empty text"),
            ("Bash", #"{"command": "a", "timeout": 600001}"#, "out_of_range", "timeout", "from 1 to 600000"),
            (
                "Bash", #"{"command": "a", "run_in_background": "true"}"#, "wrong_type", "run_in_background",
                "true or false"
            ),
            (
                "Grep", #"{"pattern": "a", "output_mode": "contents"}"#, "not_a_choice", "output_mode",
                "did you mean `content`?"
            ),
            ("Grep", #"{"pattern": "a", "-o": true}"#, "conflicting_fields", "-o", "output_mode"),
            ("Grep", #"{"pattern": "a", "path": "src"}"#, "relative_path", "path", "whole path"),
            ("MultiEdit", #"{"file_path": "/a", "edits": []}"#, "too_short", "edits", "at least 1"),
            (
                "MultiEdit", #"{"file_path": "/a", "edits": [{"old_string": "a"}]}"#, "missing_field",
                "edits[0].new_string", "is missing"
            ),
            ("TodoRead", #"{"x": 1}"#, "unknown_field", "x", "there are none"),
            (
                "TodoWrite",
                #"{"todos": [{"content": "a", "status": "pending", "id": "1"}, {"content": "b", "status": "pending", "id": "1"}]}"#,
                "conflicting_fields", "todos[1].id", "each has its own"
            ),
            (
                "TodoWrite", #"{"todos": [{"content": "a", "status": "done"}]}"#, "not_a_choice", "todos[0].status",
                "completed"
            ),
            ("WebSearch", #"{"query": "a"}"#, "too_short", "query", "at least 2"),
            (
                "WebSearch", #"{"query": "ab", "allowed_domains": ["a"], "blocked_domains": ["b"]}"#,
                "conflicting_fields", "blocked_domains", "one of them"
            ),
            ("WebFetch", #"{"url": "file:///etc/passwd", "prompt": ""}"#, "bad_text", "url", "https://"),
            (
                "NotebookEdit", #"{"notebook_path": "/n", "new_source": "", "edit_mode": "insert"}"#, "missing_field",
                "cell_type", "insert"
            ),
            ("NotebookEdit", #"{"notebook_path": "/n", "new_source": ""}"#, "missing_field", "cell_id", "which cell"),
        ])
    func `A wrong call is told what came and what was wanted`(
        _ tool: String, _ input: String, _ code: String, _ field: String, _ words: String
    ) throws {
        let found = try problems(tool, JSONValue(parsing: input))
        #expect(found.count == 1)
        let problem = try #require(found.first)
        #expect(problem.code.rawValue == code)
        #expect(problem.field == field)
        #expect(problem.description.contains(words), "\(problem)")
    }

    @Test func `Everything that is wrong is told at once, within bounds`() throws {
        let two = try problems("Edit", ["file_path": "a", "old_string": 1])
        #expect(two.map(\.field) == ["file_path", "old_string", "new_string"])
        let many = JSONValue.array([JSONValue](repeating: 1, count: 10_000))
        #expect(try problems("TodoWrite", ["todos": many]).count == 20)
        let long = String(repeating: "x", count: 100_000)
        let text = try problems("Read", ["file_path": .string(long), "y": .string(long)])
        #expect(text.allSatisfy { $0.description.utf8.count < 400 })
    }

    @Test func `What is read has each field once and nothing that was not asked for`() throws {
        let read = try #require(ToolCatalog.tool("Read")).read(
            JSONValue(parsing: #"{"file_path": "/a", "limit": 1, "limit": 2.0, "offset": null, "file_path": "/b"}"#))
        #expect(read.text() == #"{"file_path":"/b","limit":2}"#)
    }

    /// Anything at all, at any place of any tool, is either read or refused.
    @Test func `No input ends the program`() throws {
        var generator = SystemRandomNumberGenerator()
        for tool in ToolCatalog.all {
            for _ in 0..<300 {
                var input = JSONObject()
                for field in tool.input.fields where Bool.random(using: &generator) {
                    input[field.name] = .random(using: &generator, depth: 3)
                }
                _ = try? tool.read(.object(input))
            }
        }
    }
}

extension JSONValue {
    fileprivate static func random(using generator: inout some RandomNumberGenerator, depth: Int) -> JSONValue {
        switch Int.random(in: 0...(depth > 0 ? 7 : 5), using: &generator) {
        case 0: .null
        case 1: .bool(.random(using: &generator))
        case 2: .int(Int.random(in: .min...(.max), using: &generator))
        case 3: .double(Double.random(in: -1e300...1e300, using: &generator))
        case 4: .string(["", "/", "/x", "\u{0}", "é", "https://"].randomElement(using: &generator) ?? "")
        case 5: .string(String(repeating: "𝄞", count: Int.random(in: 0...50, using: &generator)))
        case 6:
            .array(
                (0..<Int.random(in: 0...3, using: &generator)).map { _ in .random(using: &generator, depth: depth - 1) }
            )
        default:
            [
                "old_string": .random(using: &generator, depth: depth - 1),
                "id": .random(using: &generator, depth: depth - 1),
            ]
        }
    }
}

import HTTP
import JSON
import LinuxSystem
import Sidecar
import Testing

/// The demo that is shipped: it loads, and each of its conversations goes as its comments promise.
@Suite struct ScriptedDemoTests {
    private static func upstream() throws -> ScriptedUpstream {
        let folder = String(#filePath).split(separator: "/").dropLast(3).joined(separator: "/")
        return ScriptedUpstream(script: try Script.load(file: "/\(folder)/Examples/demo.yaml").get())
    }

    @Test(arguments: [
        ("hello", "Hello! I am a script"), ("please think", "Forty-two."),
        ("what is the weather?", "not among them: what is the weather?"),
        // No tools are offered, so none are called.
        ("read /etc/os-release", "I only know the words of my script"),
    ])
    func words(_ prompt: String, _ answer: String) throws {
        #expect(try Self.upstream().says(Scripted.request(prompt)).contains(answer))
    }

    @Test func theToolLoop() throws {
        let upstream = try Self.upstream()
        let tools = #""tools":[{"name":"Read"},{"name":"Bash"}],"#
        let question = #"{"role":"user","content":"Please read /etc/os-release"}"#
        let call = try upstream.messages(json: Scripted.messages(question, tools)).json()
        #expect(call["stop_reason"] == "tool_use")
        #expect(call["content"]?[1]?["name"] == "Read")
        #expect(call["content"]?[1]?["input"] == ["file_path": "/etc/os-release"])
        let id = try #require(call["content"]?[1]?["id"]?.string)
        func next(_ error: Bool) throws -> String {
            let echo = JSONValue.object(
                JSONObject([
                    .init(key: "role", value: "assistant"), .init(key: "content", value: call["content"] ?? .null),
                ]))
            let result =
                #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"\#(id)","content":"NAME=x","is_error":\#(error)}]}"#
            return try upstream.says(Scripted.messages("\(question),\(echo.text()),\(result)", tools))
        }
        #expect(try next(false).hasPrefix("Read brought this from /etc/os-release:\n\nNAME=x\n"))
        #expect(try next(true).hasPrefix("The tool said no"))
        #expect(try next(true).contains("--allowedTools Read"))
    }

    @Test func errorsHappenOnce() throws {
        let upstream = try Self.upstream()
        #expect(try upstream.messages(json: Scripted.request("overloaded")).status == 529)
        #expect(try upstream.says(Scripted.request("overloaded")).hasPrefix("This time it worked."))
        #expect(try upstream.messages(json: Scripted.request("break the stream", stream: true)).log.last == "reset")
        #expect(try upstream.messages(json: Scripted.request("break the stream", stream: true)).log.last == "end")
    }
}

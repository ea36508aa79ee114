import HTTP
import JSON
import LinuxSystem
import Sidecar
import Testing

@Suite struct ScriptedAnswerTests {
    private static let script = """
        version: 1
        defaults: { piece: 4 }
        steps:
        - when: { text: all }
          answer:
            thinking: { text: Hm hm, signature: sig }
            text: Hello
            tools: [{ name: Read, input: { path: "/${rest}", n: 1.50, deep: [yes, true, null, "7"] } }]
            usage: { input_tokens: 7, output_tokens: 9, cache_read_input_tokens: 3 }
        - when: { text: list }
          answer:
            content:
            - tool: { name: A, id: a }
            - text: between
            - block: { type: server_tool_use, id: s1, name: web_search, input: {} }
            stop_reason: max_tokens
        - when: { text: stop }
          answer: { text: x, stop_reason: stop_sequence, stop_sequence: END }
        - when: { text: nothing }
          answer: { content: [] }
        - answer: else
        """

    @Test func wholeAnswer() throws {
        let answer = try Scripted.upstream(Self.script).messages(
            json: Scripted.request("all etc"), extraFields: ["request-id": "r"])
        #expect(answer.head.fields["content-type"] == "application/json")
        #expect(answer.head.fields["request-id"] == "r")
        let input = #"{"path":"/etc","n":1.50,"deep":["yes",true,null,"7"]}"#
        let expected = """
            {"id":"msg_1","type":"message","role":"assistant","model":"m","content":[\
            {"type":"thinking","thinking":"Hm hm","signature":"sig"},{"type":"text","text":"Hello"},\
            {"type":"tool_use","id":"toolu_1","name":"Read","input":\(input)}],\
            "stop_reason":"tool_use","stop_sequence":null,\
            "usage":{"input_tokens":7,"cache_creation_input_tokens":0,"cache_read_input_tokens":3,"output_tokens":9}}
            """
        #expect(answer.log == ["head 200 \(expected.utf8.count)", expected, "end"])
        #expect(answer.usage?.output == 9)
    }

    @Test func streamedAnswer() throws {
        let answer = try Scripted.upstream(Self.script).messages(json: Scripted.request("all etc", stream: true))
        #expect(answer.isStream)
        #expect(answer.head.fields["content-type"] == "text/event-stream; charset=utf-8")
        #expect(answer.head.fields["cache-control"] == "no-cache")
        let start = """
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],\
            "stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":7,"cache_creation_input_tokens":0,\
            "cache_read_input_tokens":3,"output_tokens":1}}}


            """
        #expect(answer.log.first == "head 200 stream")
        #expect(answer.log.dropFirst().first == start)
        #expect(answer.log.last == "end")
        let events = try answer.events()
        #expect(
            events.map { $0.name.hasPrefix("content_block") ? "\($0.name) \($0.data["index"]?.int ?? -1)" : $0.name }
                == [
                    "message_start", "content_block_start 0", "ping", "content_block_delta 0", "content_block_delta 0",
                    "content_block_delta 0", "content_block_stop 0", "content_block_start 1", "content_block_delta 1",
                    "content_block_delta 1", "content_block_stop 1", "content_block_start 2",
                ] + Array(repeating: "content_block_delta 2", count: 14) + [
                    "content_block_stop 2", "message_delta", "message_stop",
                ])
        for event in events { #expect(event.data["type"]?.string == event.name) }
        #expect(events[1].data["content_block"] == ["type": "thinking", "thinking": "", "signature": ""])
        #expect(events[3].data["delta"] == ["type": "thinking_delta", "thinking": "Hm h"])
        #expect(events[5].data["delta"] == ["type": "signature_delta", "signature": "sig"])
        #expect(events[7].data["content_block"] == ["type": "text", "text": ""])
        #expect(
            events[11].data["content_block"] == ["type": "tool_use", "id": "toolu_1", "name": "Read", "input": [:]])
        let input = events.compactMap { $0.data["delta"]?["partial_json"]?.string }.joined()
        #expect(input == #"{"path":"/etc","n":1.50,"deep":["yes",true,null,"7"]}"#)
        let end = events[events.count - 2].data
        #expect(end["delta"] == ["stop_reason": "tool_use", "stop_sequence": .null])
        #expect(end["usage"]?["output_tokens"] == 9)
    }

    /// A piece is never half a character, and nothing is lost.
    @Test(arguments: 1...8) func piecesKeepCharactersWhole(_ piece: Int) throws {
        let text = "é👩‍👩‍👧‍👧 ok — naïve 日本語"
        let upstream = try Scripted.upstream(
            "version: 1\ndefaults: { piece: \(piece) }\nsteps: [{ answer: '${last_text}' }]")
        let events = try upstream.messages(json: Scripted.request(text, stream: true)).events()
        let pieces = events.compactMap { $0.data["delta"]?["text"]?.string }
        #expect(pieces.joined() == text)
        #expect(pieces.dropLast().allSatisfy { $0.count == piece })
    }

    @Test func blocksInOrderAndStopReasons() throws {
        let upstream = try Scripted.upstream(Self.script)
        let list = try upstream.messages(json: Scripted.request("list")).json()
        #expect(list["content"]?.array?.map { $0["type"]?.string } == ["tool_use", "text", "server_tool_use"])
        #expect(list["content"]?[0]?["id"] == "a")
        #expect(list["content"]?[0]?["input"] == [:])
        #expect(list["stop_reason"] == "max_tokens")
        let events = try upstream.messages(json: Scripted.request("list", stream: true)).events()
        let other = events.filter { $0.data["index"] == 2 }
        #expect(other.map(\.name) == ["content_block_start", "content_block_stop"])
        #expect(other[0].data["content_block"]?["name"] == "web_search")
        let stop = try upstream.messages(json: Scripted.request("stop")).json()
        #expect(stop["stop_reason"] == "stop_sequence")
        #expect(stop["stop_sequence"] == "END")
        let nothing = try upstream.messages(json: Scripted.request("nothing", stream: true)).events()
        #expect(nothing.map(\.name) == ["message_start", "message_delta", "message_stop"])
        #expect(try upstream.messages(json: Scripted.request("x")).json()["stop_reason"] == "end_turn")
    }

    @Test func routingMayReplaceModelAndStreaming() throws {
        let upstream = try Scripted.upstream(
            "version: 1\nsteps: [{ when: { model: other, stream: true }, answer: '${model}' }]")
        let answer = try JSONParser().parse(copying: Scripted.request("x")).withRoot {
            upstream.messages($0, fields: HTTPFields(), model: "other", wantsStream: true)
        }
        #expect(try answer.events()[0].data["message"]?["model"] == "other")
    }

    @Test func idsAreNeverTheSame() throws {
        let upstream = ScriptedUpstream(script: try Scripted.script(Self.script))
        let answers = try (0..<200).map { _ in try upstream.messages(json: Scripted.request("all x")).json() }
        let ids = answers.compactMap { $0["id"]?.string } + answers.compactMap { $0["content"]?[2]?["id"]?.string }
        #expect(Set(ids).count == 400)
        #expect(
            ids.allSatisfy {
                ($0.hasPrefix("msg_01") && $0.count == 28) || ($0.hasPrefix("toolu_01") && $0.count == 30)
            })
    }

    /// An answer stays a small multiple of its script, whatever the client sends.
    @Test func longQuotesAreCut() throws {
        let upstream = try Scripted.upstream("version: 1\nsteps: [{ answer: '${last_text}' }]")
        let said = try upstream.says(Scripted.request(String(repeating: "a", count: 100_000)))
        #expect(said == String(repeating: "a", count: 16_384) + "…")
    }
}

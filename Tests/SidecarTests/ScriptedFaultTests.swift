import HTTP
import JSON
import Sidecar
import Testing

/// Delays, errors and streams that break: what the script says is what the actions are.
@Suite struct ScriptedFaultTests {
    private func log(_ answer: String, stream: Bool = true) throws -> [String] {
        let upstream = try Scripted.upstream("version: 1\nsteps:\n- answer: \(answer)\n")
        return try upstream.messages(json: Scripted.request("x", stream: stream), extraFields: ["request-id": "r"]).log
            .map { entry in
                // Of an event, its name; and whether it is whole.
                guard entry.hasPrefix("event: ") else { return entry }
                let name = entry.dropFirst(7).prefix { $0 != "\n" }
                return entry.hasSuffix("}\n\n") ? String(name) : "half of \(name)"
            }
    }

    private static let whole = [
        "head 200 stream", "message_start", "content_block_start", "ping", "content_block_delta", "content_block_stop",
        "message_delta", "message_stop", "end",
    ]

    @Test(arguments: [
        ("{ after_events: 2, how: reset }", ["reset"]),
        ("{ after_events: 2, how: close }", ["close"]),
        ("{ after_events: 2, how: end }", ["end"]),
        ("{ after_events: 2, how: half_event }", ["half of ping", "close"]),
        ("{ after_events: 2, silence: 30s, how: reset }", ["wait 30s", "reset"]),
        ("{ after_events: 2, error_event: {} }", ["error", "end"]),
        ("{ after_events: 2, error_event: {}, how: reset }", ["error", "reset"]),
        ("{ after_events: 2, silence: 1s }", ["wait 1s"] + whole[3...]),
    ])
    func afterTwoEvents(_ fault: String, _ rest: [String]) throws {
        #expect(try log("{ text: Hello, stream: \(fault) }") == Self.whole[..<3] + rest)
    }

    @Test func atTheEdges() throws {
        #expect(
            try log("{ text: Hello, stream: { after_events: 0, how: half_event } }") == [
                "head 200 stream", "half of message_start", "close",
            ])
        // There are seven events: beyond them it breaks where they end.
        #expect(
            try log("{ text: Hello, stream: { after_events: 7, how: half_event } }") == Self.whole.dropLast() + [
                "close"
            ])
        #expect(
            try log("{ text: Hello, stream: { after_events: 70, how: reset } }") == Self.whole.dropLast() + ["reset"])
    }

    /// What the API would do: only the stream is broken.
    @Test func answersThatDoNotStreamStayWhole() throws {
        let log = try log("{ text: Hello, stream: { after_events: 0, how: reset } }", stream: false)
        #expect(log.count == 3)
        #expect(log.last == "end")
    }

    @Test func theErrorEventSaysWhatTheScriptSays() throws {
        let upstream = try Scripted.upstream(
            "version: 1\nsteps: [{ answer: { text: x, stream: { after_events: 0, error_event: { type: api_error, message: 'no ${model}' } } } }]"
        )
        let events = try upstream.messages(json: Scripted.request("x", stream: true), extraFields: ["request-id": "r"])
            .events()
        #expect(events.map(\.name) == ["error"])
        #expect(
            events[0].data == ["type": "error", "error": ["type": "api_error", "message": "no m"], "request_id": "r"])
    }

    @Test func delays() throws {
        #expect(
            try log("{ text: Hello, delay: 200ms, event_delay: 20ms }").prefix(6) == [
                "wait 200ms", "head 200 stream", "message_start", "wait 20ms", "content_block_start", "wait 20ms",
            ])
        #expect(try log("{ text: Hello, delay: 200ms }", stream: false).first == "wait 200ms")
        #expect(try log("{ error: { status: 500 }, delay: 200ms }").first == "wait 200ms")
    }

    @Test func stepsReplaceDefaults() throws {
        let upstream = try Scripted.upstream(
            "version: 1\ndefaults: { delay: 1s, usage: { input_tokens: 1, output_tokens: 2 } }\n"
                + "steps: [{ answer: { text: x, delay: 0ms, usage: { output_tokens: 5 } } }]")
        let answer = try upstream.messages(json: Scripted.request("x"))
        #expect(answer.log.first?.hasPrefix("head") == true)
        #expect([answer.usage?.input, answer.usage?.output, answer.usage?.cacheRead] == [1, 5, 0])
    }

    @Test(arguments: [
        (400, "invalid_request_error"), (401, "authentication_error"), (403, "permission_error"),
        (404, "not_found_error"),
        (413, "request_too_large"), (422, "invalid_request_error"), (429, "rate_limit_error"), (500, "api_error"),
        (502, "api_error"), (529, "overloaded_error"),
    ])
    func errorsHaveTheTypeOfTheirStatus(_ status: Int, _ type: String) throws {
        let upstream = try Scripted.upstream(
            "version: 1\nsteps: [{ answer: { error: { status: \(status), message: Slow, headers: { retry-after: '2' } } } }]"
        )
        for stream in [true, false] {
            let answer = try upstream.messages(
                json: Scripted.request("x", stream: stream), extraFields: ["request-id": "r"])
            #expect(answer.status == status)
            #expect(answer.head.fields["retry-after"] == "2")
            #expect(
                try answer.json() == [
                    "type": "error", "error": ["type": .string(type), "message": "Slow"], "request_id": "r",
                ])
        }
    }

    @Test func aProxyInBetweenMaySendWhatItLikes() throws {
        let upstream = try Scripted.upstream(
            "version: 1\nsteps: [{ answer: { error: { status: 502, body: '<html>', headers: { content-type: text/x } } } }]"
        )
        let answer = try upstream.messages(json: Scripted.request("x"))
        #expect(answer.log == ["head 502 6", "<html>", "end"])
        #expect(answer.head.fields.values("content-type") == ["text/x"])
    }
}

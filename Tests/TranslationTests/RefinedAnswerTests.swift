import JSON
import Testing

@testable import Translation

/// What an answer lacks: calls that are text, and stop sequences that the provider does not know.
struct RefinedAnswerTests {
    private static let call = #"<tool_call>{"name":"Read","arguments":{"path":"a"}}</tool_call>"#

    @Test func `a written call is a block of its own, and the reason to stop`() throws {
        let refinement = try #require(try WrittenLab.refinement())
        let events = try WrittenLab.stream(
            [["I look.\n", "<tool_c", String(Self.call.dropFirst(7)), "\n"]], refinement)
        #expect(events.blocks.map(\.type) == ["text", "tool_use"] && events.isStopped)
        #expect(events.blocks[0].text == "I look.\n" && events.blocks[1].text == #"{"path":"a"}"#)
        #expect(events.blocks[1].start["name"] == "Read" && events.blocks[1].start["id"] == "toolu_01_w1")
        #expect(events.end?["delta"]?["stop_reason"] == "tool_use" && events.end?["usage"]?["output_tokens"] == 50)
        let whole = try WrittenLab.whole("I look.\n" + Self.call, refinement)
        #expect(whole["stop_reason"] == "tool_use" && whole["content"]?.array?.count == 2)
        #expect(whole["content"]?[1]?["input"] == ["path": "a"] && whole["usage"]?["output_tokens"] == 9)
    }

    @Test func `an answer that is nothing but a call has no text`() throws {
        let events = try WrittenLab.stream([["\n\n", Self.call]], try #require(try WrittenLab.refinement()))
        #expect(events.blocks.map(\.type) == ["tool_use"])
    }

    @Test func `whether a call was broken off shows with the reason to stop`() throws {
        let refinement = try #require(try WrittenLab.refinement())
        let open = String(Self.call.dropLast("}</tool_call>".count))
        let cut = try WrittenLab.stream([[open]], reason: "max_tokens", refinement)
        #expect(cut.blocks.map(\.type) == ["text"] && cut.blocks[0].text == open)
        #expect(cut.end?["delta"]?["stop_reason"] == "max_tokens")
        let whole = try WrittenLab.stream([[open], ["Then this."]], refinement)
        #expect(whole.blocks.map(\.type) == ["tool_use", "text"])
    }

    @Test func `without the switch, without tools and with tool_choice none nothing is touched`() throws {
        #expect(try WrittenLab.refinement(calls: false) == nil)
        for body in [#"{"tools":[]}"#, #"{"tools":\#(WrittenLab.tools),"tool_choice":{"type":"none"}}"#] {
            let refinement = try JSONParser().parse(copying: body).withRoot {
                AnswerRefinement($0, who: "p", readsWrittenCalls: true, cutsAtStops: true)
            }
            #expect(refinement == nil)
        }
    }

    // MARK: Stop sequences

    @Test(
        arguments: [
            (["</b>"], ["<b>no</", "b> and more"], "<b>no", "</b>"), (["END", "STOP"], ["a STOP b END"], "a ", "STOP"),
            (["ab", "abc"], ["xabc"], "x", "ab"), (["aab"], ["aa", "a", "ab"], "aa", "aab"),
            (["é"], ["caf", "é!"], "caf", "é"),
        ] as [([String], [String], String, String)])
    func `the answer ends before the first stop sequence, and says which`(
        stops: [String], deltas: [String], text: String, sequence: String
    ) throws {
        let refinement = try #require(try WrittenLab.refinement(stops: stops, calls: false))
        let events = try WrittenLab.stream([deltas, ["never"]], refinement)
        #expect(events.blocks.map(\.text) == [text] && events.isStopped && events.blocks[0].isClosed)
        #expect(events.end?["delta"] == ["stop_reason": "stop_sequence", "stop_sequence": .string(sequence)])
        // The prompt's tokens as the beginning had them, those of the answer by its length.
        #expect(events.end?["usage"]?["input_tokens"] == 7)
        let whole = try WrittenLab.whole(deltas.joined(), refinement)
        #expect(whole["content"] == [["type": "text", "text": .string(text)]])
        #expect(whole["stop_reason"] == "stop_sequence" && whole["stop_sequence"] == .string(sequence))
        #expect(whole["usage"]?["output_tokens"] == 9)
    }

    @Test func `what only began like a stop sequence is said`() throws {
        let refinement = try #require(try WrittenLab.refinement(stops: ["STOP"], calls: false))
        let events = try WrittenLab.stream([["a STO", "RE b ST"], ["OP"]], refinement)
        #expect(events.blocks.map(\.text) == ["a STORE b ST", "OP"])
        #expect(events.end?["delta"]?["stop_reason"] == "end_turn" && events.end?["usage"]?["output_tokens"] == 50)
    }

    @Test func `everything but text passes to the letter, whatever the switch says`() throws {
        let refinement = try #require(try WrittenLab.refinement(stops: ["x"]))
        let events = [
            #"{"type":"message_start","message":{"id":"msg_1","content":[],"extra":[1]}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"<tool_call> x"}}"#,
            #"{"type":"content_block_stop","index":0}"#, #"{"type":"ping"}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"refusal","stop_details":{"a":1}},"usage":{"b":2}}"#,
            #"{"type":"message_stop"}"#,
        ]
        var stream = RefinedStream(refinement)
        for event in events { Array(event.utf8).withUnsafeBytes { stream.event($0, JSONParser()) } }
        var text = ""
        stream.drain { text += String(decoding: $0, as: UTF8.self) }
        let data = text.split(separator: "\n").filter { $0.hasPrefix("data: ") }.map { String($0.dropFirst(6)) }
        #expect(data == events && stream.hasEnded)
    }

    @Test func `a stream that breaks off is told as one, and an error passes`() throws {
        for (last, message) in [
            (#"{"type":"error","error":{"type":"overloaded_error","message":"later"}}"#, "later"),
            ("{", "provider p sent an event that is not JSON"), (nil, "provider p broke off"),
        ] {
            var stream = RefinedStream(try #require(try WrittenLab.refinement()))
            let parser = JSONParser()
            for event in [
                #"{"type":"message_start","message":{"id":"msg_1"}}"#,
                #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a <tool_call>{"}}"#,
                last,
            ] {
                guard let event else { continue }
                Array(event.utf8).withUnsafeBytes { stream.event($0, parser) }
            }
            stream.end(cut: nil)
            var text: [UInt8] = []
            stream.drain { text += $0 }
            let events = try ClientEvents(text, failure: stream.failure)
            #expect(events.error?["message"]?.string?.hasPrefix(message) == true && !events.isStopped)
            #expect(events.blocks.map(\.text) == ["a <tool_call>{"])
        }
    }
}

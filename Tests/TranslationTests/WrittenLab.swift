import JSON
import Testing

@testable import Translation

/// Answers whose text holds more than words, as a test sees them.
enum WrittenLab {
    static let tools = #"""
        [{"name":"Read","input_schema":{"type":"object","properties":{"path":{"type":"string"},"limit":{"type":"integer"},
          "all":{"type":"boolean"},"tags":{"type":"array","items":{"type":"string"}}}}},
         {"name":"Bash","input_schema":{"type":"object","properties":{"command":{"type":"string"}}}},
         {"name":"mcp__a__tool.with.dots","input_schema":{"type":"object"}},
         {"name":"web_search","type":"web_search_20250305"}]
        """#

    static func knownTools() throws -> WrittenTools {
        try JSONParser().parse(copying: #"{"tools":\#(tools)}"#).withRoot { WrittenTools($0) }
    }

    /// What the finder makes of a text that comes in these pieces: neighbouring texts are one.
    static func found(_ chunks: [[UInt8]], isCut: Bool = false) throws -> [WrittenCallFinder.Piece] {
        var finder = WrittenCallFinder(try knownTools())
        var pieces: [WrittenCallFinder.Piece] = []
        for chunk in chunks { pieces += finder.add(chunk) }
        pieces += finder.finish(isCut: isCut)
        var joined: [WrittenCallFinder.Piece] = []
        for piece in pieces {
            if case .text(let more) = piece, case .text(let text) = joined.last {
                joined[joined.count - 1] = .text(text + more)
            } else {
                joined.append(piece)
            }
        }
        return joined
    }

    /// For tables: text as it is, calls as `Name{…}`.
    static func shown(_ text: String, isCut: Bool = false) throws -> [String] {
        try found([Array(text.utf8)], isCut: isCut).map {
            switch $0 {
            case .text(let bytes): String(decoding: bytes, as: UTF8.self)
            case .call(let call): call.name + String(decoding: call.arguments, as: UTF8.self)
            }
        }
    }

    // MARK: Answers

    static func refinement(stops: [String] = [], calls: Bool = true) throws -> AnswerRefinement? {
        let stops = JSONValue.array(stops.map { .string($0) }).text()
        return try JSONParser().parse(copying: #"{"stop_sequences":\#(stops),"tools":\#(tools)}"#).withRoot {
            AnswerRefinement($0, who: "provider p", readsWrittenCalls: calls, cutsAtStops: true)
        }
    }

    /// A streamed message that says these texts, a block each, and what the client gets of it.
    static func stream(
        _ blocks: [[String]], reason: String = "end_turn", _ refinement: AnswerRefinement
    ) throws -> ClientEvents {
        var events: [JSONValue] = [
            [
                "type": "message_start",
                "message": ["id": "msg_01", "content": [], "usage": ["input_tokens": 7, "output_tokens": 1]],
            ]
        ]
        for (index, deltas) in blocks.enumerated() {
            events.append([
                "type": "content_block_start", "index": .int(index), "content_block": ["type": "text", "text": ""],
            ])
            events += deltas.map {
                [
                    "type": "content_block_delta", "index": .int(index),
                    "delta": ["type": "text_delta", "text": .string($0)],
                ]
            }
            events.append(["type": "content_block_stop", "index": .int(index)])
        }
        events.append([
            "type": "message_delta", "delta": ["stop_reason": .string(reason), "stop_sequence": .null],
            "usage": ["output_tokens": 50],
        ])
        events.append(["type": "message_stop"])
        var stream = RefinedStream(refinement)
        let parser = JSONParser()
        for event in events { event.bytes().withUnsafeBytes { stream.event($0, parser) } }
        stream.end(cut: nil)
        var text: [UInt8] = []
        stream.drain { text += $0 }
        return try ClientEvents(text, failure: stream.failure)
    }

    static func whole(_ text: String, reason: String = "end_turn", _ refinement: AnswerRefinement) throws -> JSONValue {
        let body: JSONValue = [
            "id": "msg_01", "type": "message", "content": [["type": "text", "text": .string(text)]],
            "stop_reason": .string(reason), "stop_sequence": .null, "usage": ["input_tokens": 7, "output_tokens": 9],
        ]
        return try JSONParser().parse(copying: body.bytes()).withRoot {
            try JSONValue(parsing: RefinedStream.whole($0, refinement).body)
        }
    }
}

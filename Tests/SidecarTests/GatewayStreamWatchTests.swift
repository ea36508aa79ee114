import JSON
import Sidecar
import Testing

@Suite struct GatewayStreamWatchTests {
    private let parser = JSONParser()

    private func watch(_ stream: String, pieces size: Int = .max) -> StreamWatch {
        var watch = StreamWatch()
        let bytes = Array(stream.utf8)
        bytes.withUnsafeBytes { bytes in
            var start = 0
            while start < bytes.count {
                let end = start + min(size, bytes.count - start)
                watch.scan(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), parser)
                start = end
            }
        }
        return watch
    }

    private static func event(_ name: String, _ data: String) -> String {
        "event: \(name)\ndata: {\"type\":\"\(name)\"\(data)}\n\n"
    }

    private static let start = event(
        "message_start",
        #","message":{"usage":{"input_tokens":25,"output_tokens":1,"cache_read_input_tokens":7,"cache_creation_input_tokens":3}}"#
    )
    private static func begin(_ index: Int, _ type: String) -> String {
        event("content_block_start", #","index":\#(index),"content_block":{"type":"\#(type)"}"#)
    }
    private static let delta = event(
        "content_block_delta", #","index":0,"delta":{"type":"text_delta","text":"é\u0000"}"#)
    private static let stop = event("content_block_stop", #","index":0"#)
    private static let recorded =
        start + "event: ping\ndata: {\"type\": \"ping\"}\n\n" + begin(0, "thinking") + delta + stop + begin(1, "text")
        + delta
        + ": comment\n\n" + stop + event("message_delta", #","usage":{"input_tokens":0,"output_tokens":42}"#)
        + event("message_stop", "")

    @Test func allCutsSeeTheSame() {
        for text in [
            Self.recorded,
            Self.recorded.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n"),
        ] {
            let whole = watch(text)
            var usage = TokenUsage()
            (usage.input, usage.output, usage.cacheRead, usage.cacheCreation) = (25, 42, 7, 3)
            #expect(
                whole.usage == usage && whole.isFinished && whole.hasContent && whole.openBlock == nil
                    && whole.isAtBoundary)
            for size in 1..<200 {
                let cut = watch(text, pieces: size)
                #expect(
                    cut.usage == usage && cut.isFinished && cut.hasContent && cut.failure == nil
                        && cut.openBlock == nil, "\(size)")
            }
        }
    }

    @Test(
        arguments: [
            ("text", #"{"type":"text_delta","text":""}"#), ("thinking", #"{"type":"thinking_delta","thinking":""}"#),
            ("tool_use", #"{"type":"input_json_delta","partial_json":""}"#),
            ("server_tool_use", #"{"type":"input_json_delta","partial_json":""}"#), ("redacted_thinking", nil),
            ("web_search_tool_result", nil), ("new_one", nil),
        ] as [(String, String?)])
    func signsOfLife(_ type: String, _ delta: String?) throws {
        let open = watch(Self.start + Self.begin(3, type))
        let sign = open.signOfLife
        #expect(sign.hasSuffix("\n\n") && sign.hasPrefix("event: "))
        let lines = sign.split(separator: "\n")
        #expect(lines.count == 2)
        let root = try parser.parse(copying: String(lines[1].dropFirst("data: ".count))).root
        #expect(lines[0] == "event: \(root["type"]?.string ?? "")")
        if let delta {
            #expect(root["type"]?.string == "content_block_delta" && root["index"]?.int == 3)
            #expect(root["delta"]?.sourceText == delta)
        } else {
            #expect(root["type"]?.string == "ping")
        }
        // A sign that we put in is no event of the stream's, but if it were it would change nothing.
        let after = watch(Self.start + Self.begin(3, type) + sign)
        #expect(after.openBlock?.index == 3 && after.usage == open.usage && after.isAtBoundary)
    }

    @Test func outsideOfBlocksAPingIsPut() {
        for stream in ["", Self.start, Self.start + Self.begin(0, "text") + Self.stop] {
            #expect(watch(stream).signOfLife == "event: ping\ndata: {\"type\": \"ping\"}\n\n")
        }
    }

    @Test func afterAnEventThatIsNotUnderstoodNoBlockCountsAsOpen() {
        let odd =
            Self.begin(0, "text") + "event: content_block_stop\ndata: {\"type\":\ndata: \"content_block_stop\"}\n\n"
        #expect(watch(odd).openBlock == nil)
    }

    @Test func namesMayBeMissing() {
        let bare = Self.recorded.split(separator: "\n", omittingEmptySubsequences: false).filter {
            !$0.hasPrefix("event:")
        }
        .joined(separator: "\n")
        #expect(watch(bare).usage.output == 42 && watch(bare).isFinished)
    }

    @Test func errorsEndAStream() {
        let failed = watch(
            Self.start + Self.event("error", #","error":{"type":"overloaded_error","message":"Overloaded"}"#))
        #expect(failed.failure == "Overloaded" && failed.isFinished)
    }

    @Test func garbageIsPassedBy() {
        for text in [
            "data: {\n\n", "data: [DONE]\n\n", "event: message_start\n\n", "data: 3\n\n", "data: {\"type\":3}\n\n",
            "\u{FEFF}x\n\n",
        ] {
            let seen = watch(text)
            #expect(!seen.isFinished && !seen.hasContent && seen.usage.isEmpty)
        }
    }
}

import JSON
import Testing

@testable import Translation

struct NativeCompatibilityTests {
    @Test func `rows that are said otherwise exist`() {
        let names = NativeCompatibility.groups.flatMap { $0.rows.map(\.name) }
        #expect(Set(names).count == names.count)
        for column in NativeCompatibility.columns {
            #expect(column.support.keys.filter { !names.contains($0) } == [], "\(column.name)")
        }
    }

    @Test(arguments: NativeSamples.all)
    func `a row that says carried is true of the encoder`(_ sample: NativeSamples.Sample) throws {
        for column in NativeCompatibility.columns {
            let row = try #require(
                NativeCompatibility.groups.flatMap(\.rows).first { $0.name == sample.row }, "\(sample.row)")
            let isLeftOut =
                switch NativeCompatibility.support(row.name, row.usual, column) {
                case .leftOut, .ignored, .emulated: true
                default: false
                }
            let leftOut = try NativeSamples.encode(sample.body, column.name).leftOut.features
            #expect(leftOut.contains(try #require(row.feature)) == isLeftOut, "\(row.name) at \(column.name)")
        }
    }
}

enum NativeSamples {
    struct Sample: Sendable, CustomTestStringConvertible {
        let row: String
        let body: String
        var testDescription: String { row }
    }

    static func encode(_ body: String, _ column: String) throws -> EncodedRequest {
        try JSONParser().parse(copying: body).withRoot { root in
            switch column {
            case "bedrock": try ConverseRequest.encode(root, model: "amazon.nova-2-lite-v1:0", provider: "p")
            case "ollama": try OllamaRequest.encode(root, model: "qwen3", provider: "p")
            default: try GeminiRequest.encode(root, model: "gemini-3-flash", provider: "p")
            }
        }
    }

    private static func user(_ block: String) -> String { #"{"messages":[{"role":"user","content":[\#(block)]}]}"# }

    static let all: [Sample] = [
        Sample(row: "stop_sequences", body: #"{"stop_sequences":["a"],"messages":[]}"#),
        Sample(row: "thinking: enabled, adaptive, disabled", body: #"{"thinking":{"type":"adaptive"},"messages":[]}"#),
        Sample(row: "output_config.effort", body: #"{"output_config":{"effort":"low"},"messages":[]}"#),
        Sample(
            row: "output_config.format",
            body: #"{"output_config":{"format":{"schema":{"type":"object"}}},"messages":[]}"#),
        Sample(row: "output_config.task_budget", body: #"{"output_config":{"task_budget":{}},"messages":[]}"#),
        Sample(row: "metadata.user_id", body: #"{"metadata":{"user_id":"u"},"messages":[]}"#),
        Sample(row: "cache_control", body: user(#"{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}"#)),
        Sample(row: "context_management, compaction", body: #"{"context_management":{},"messages":[]}"#),
        Sample(row: "service_tier", body: #"{"service_tier":"auto","messages":[]}"#),
        Sample(row: "speed, inference_geo", body: #"{"speed":"fast","messages":[]}"#),
        Sample(row: "tool_choice", body: #"{"tools":[{"name":"T"}],"tool_choice":{"type":"any"},"messages":[]}"#),
        Sample(row: "container", body: #"{"container":"c","messages":[]}"#),
        Sample(row: "any other field", body: #"{"what":1,"messages":[]}"#),
        Sample(row: "image: base64", body: user(#"{"type":"image","source":{"type":"base64","data":"QQ=="}}"#)),
        Sample(row: "image: url", body: user(#"{"type":"image","source":{"type":"url","url":"https://e.org/a.png"}}"#)),
        Sample(row: "image: file", body: user(#"{"type":"image","source":{"type":"file","file_id":"f"}}"#)),
        Sample(
            row: "document: PDF in base64", body: user(#"{"type":"document","source":{"type":"base64","data":"QQ=="}}"#)
        ),
        Sample(
            row: "document: PDF by url",
            body: user(#"{"type":"document","source":{"type":"url","url":"https://e.org/a.pdf"}}"#)),
        Sample(row: "document: file", body: user(#"{"type":"document","source":{"type":"file","file_id":"f"}}"#)),
        Sample(
            row: "redacted_thinking",
            body: #"{"messages":[{"role":"assistant","content":[{"type":"redacted_thinking","data":"x"}]}]}"#),
        Sample(row: "blocks of other types", body: user(#"{"type":"what"}"#)),
        Sample(row: "input_examples", body: #"{"tools":[{"name":"T","input_examples":[]}],"messages":[]}"#),
        Sample(
            row: "defer_loading, tool_reference", body: #"{"tools":[{"name":"T","defer_loading":true}],"messages":[]}"#),
        Sample(
            row: "disable_parallel_tool_use",
            body:
                #"{"tools":[{"name":"T"}],"tool_choice":{"type":"auto","disable_parallel_tool_use":true},"messages":[]}"#
        ),
    ]
}

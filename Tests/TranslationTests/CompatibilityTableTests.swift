import Testing

@testable import Translation

struct CompatibilityTableTests {
    @Test func `whatever can be left out has a row`() {
        let rows = CompatibilityTable.groups.flatMap(\.rows) + CompatibilityTable.inbound
        let named = Set(
            rows.compactMap(\.feature) + NativeCompatibility.groups.flatMap { $0.rows.compactMap(\.feature) })
        #expect(Feature.allCases.filter { !named.contains($0) } == [])
    }

    @Test func `a row that says carried is true of the encoder`() throws {
        for (name, dialect) in CompatibilityTable.columns {
            for (body, feature) in Self.samples {
                let row = CompatibilityTable.groups.flatMap(\.rows).first { $0.feature == feature }
                let isLeftOut =
                    switch row?.support(dialect) {
                    case .leftOut, .ignored, .emulated: true
                    default: false
                    }
                let request = try ChatLab.request(body, dialect: dialect)
                #expect(request.leftOut.features.contains(feature) == isLeftOut, "\(feature) at \(name)")
            }
        }
    }

    private static let samples: [(String, Feature)] = [
        (#"{"top_k":1,"messages":[]}"#, .topK), (#"{"metadata":{"user_id":"u"},"messages":[]}"#, .metadata),
        (#"{"thinking":{"type":"adaptive"},"output_config":{"effort":"low"},"messages":[]}"#, .effort),
        (#"{"output_config":{"format":{"schema":{"type":"object"}}},"messages":[]}"#, .outputFormat),
        (
            #"{"messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://e.org/a.png"}}]}]}"#,
            .imageInput
        ),
        (
            #"{"messages":[{"role":"user","content":[{"type":"document","source":{"type":"base64","data":"QQ=="}}]}]}"#,
            .documentPDF
        ),
        (
            #"{"messages":[{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}]}]}"#,
            .cacheControl
        ),
        (
            #"{"tools":[{"name":"T"}],"tool_choice":{"type":"auto","disable_parallel_tool_use":true},"messages":[]}"#,
            .disableParallel
        ),
        (
            #"{"messages":[{"role":"assistant","content":[{"type":"redacted_thinking","data":"x"}]}]}"#,
            .redactedThinking
        ),
    ]
}

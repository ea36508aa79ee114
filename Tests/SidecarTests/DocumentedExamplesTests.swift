import LinuxSystem
import Sidecar
import Testing

/// What the pages show as YAML is right as it stands: somebody will begin with it.
@Suite struct DocumentedExamplesTests {
    private static let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

    struct Example: Sendable, CustomTestStringConvertible {
        let page: String
        let line: Int
        let text: String
        var testDescription: String { "\(page):\(line)" }

        func has(_ key: String) -> Bool { "\n\(text)".contains("\n\(key):") }
    }

    static let examples: [Example] = {
        let docs = ((try? Directory.entries("\(root)/docs")) ?? []).filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }
        return (["README.md"] + docs.sorted()).flatMap { page -> [Example] in
            var found: [Example] = []
            var open: (line: Int, lines: [Substring])?
            let text = (try? File.readText("\(root)/\(page)")) ?? ""
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                if line == "```yaml" {
                    open = (index + 1, [])
                } else if line == "```", let (start, lines) = open {
                    found.append(Example(page: page, line: start, text: lines.joined(separator: "\n") + "\n"))
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            }
            return found
        }
    }()

    /// Of those that show `models` alone.
    private static let usualProviders = """
        providers:
          openai: { type: openai, key: x }
          openrouter: { type: openrouter, key: x }
          local: { type: openai-compatible, base_url: http://127.0.0.1:8080/v1 }

        """

    @Test func thereAreSome() {
        #expect(Self.examples.contains { $0.page == "docs/policies.md" && $0.has("expect") })
        #expect(Self.examples.contains { $0.page == "README.md" && $0.has("providers") })
    }

    @Test(arguments: examples) func isRight(_ example: Example) throws {
        // Policies and scripts begin with it, and a configuration has none.
        if !example.has("version") {
            let keys = ["ANTHROPIC_API_KEY": "x", "OPENAI_API_KEY": "x"]
            let text = example.has("providers") ? example.text : Self.usualProviders + example.text
            #expect(problems(text, environment: keys) == [])
            return
        }
        try withTemporaryPath { path in
            try File.writeAtomically(path, Array(example.text.utf8))
            if example.has("steps") {
                let text = "providers: { a: { type: scripted, script: \(path) } }"
                let check = try withTemporaryPath { file in
                    try File.writeAtomically(file, Array(text.utf8))
                    return sidecar("config", "check", file)
                }
                #expect(check.code == .done, "\(check.errors)")
            } else {
                let check = sidecar("policy", "check", path)
                #expect(check.code == .done, "\(check.errors)")
                let test = sidecar("policy", "test", path)
                #expect(test.code == .done, "\(test.output)\(test.errors)")
            }
        }
    }
}

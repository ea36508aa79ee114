import Sidecar
import Testing
import YAML

/// Broken files end in an answer, never in a crash. The mutations are the same in every run.
@Suite struct ConfigurationMutationTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            // Marsaglia's xorshift64.
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    private static let seed = """
        listen: "[::1]:8080"
        auth: { keys: ["${KEY}", &k abc, *k] }
        providers:
          main: { type: anthropic, base_url: "https://h:1/p", proxy: "http://u:p@h:1", headers: { a: b } }
          offline: { type: scripted, script: demo.yaml }
        models: { big: main/x, small: big, "claude-*": small }
        routes: { default: small }
        limits: { request_bytes: 64MiB, header_time: 1500ms, connections: 10 }
        upstream: { proxy: none, http2: false }
        log: { format: json, level: warn }
        """

    private static let pieces: [[UInt8]] =
        [
            "${", "}", "${KEY:-", "*", "&a ", "*a", "- ", "? ", ": ", "[", "]", "{", "}", "\n", "\n  ", "\t", "'", "\"",
            "|\n", ">",
            "#", "---\n", "!!str ", "!", "%", "0", "99999999999999999999", "-1", "::", "[::]:1", "1h", "\u{202E}", "\0",
            "é", "null",
            "debug: true\n", "<<: *k\n",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80]]

    @Test(arguments: 1...8) func brokenFilesGetAnAnswer(_ round: UInt64) {
        var generator = Generator(state: round &* 0x9E37_79B9_7F4A_7C15)
        var valid = 0
        for _ in 0..<400 {
            var bytes = Array(Self.seed.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let start = Int.random(in: 0..<bytes.count, using: &generator)
                let end = min(bytes.count, start + Int.random(in: 0...4, using: &generator))
                bytes.replaceSubrange(start..<end, with: Self.pieces.randomElement(using: &generator) ?? [])
            }
            let source = ConfigurationSource(name: "s", bytes: bytes)
            switch ConfigurationLoader.load(source, environment: ["KEY": "v"]) {
            case .success: valid += 1
            case .failure(let error):
                #expect(!error.problems.isEmpty)
                #expect(error.problems.allSatisfy { !$0.message.isEmpty })
            }
        }
        // Some survive: the mutations are not all fatal at the first character.
        #expect(valid > 0)
        #expect(valid < 400)
    }
}

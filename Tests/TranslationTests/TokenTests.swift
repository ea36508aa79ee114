import JSON
import Testing

@testable import Translation

/// Counting tokens. That the counts are tiktoken's own is proved beside tiktoken itself, in Tests/Clients/test_tokens.py.
struct TokenTests {
    /// All bytes, and every text that is given, by its parts: "the" brings "th" too.
    private static func vocabulary(
        _ words: [String], _ pattern: TokenPattern = .o200k
    ) throws -> (vocabulary: Vocabulary, ranks: [[UInt8]: Int]) {
        var tokens = (0...255).map { [UInt8($0)] }
        for word in words {
            let bytes = Array(word.utf8)
            for count in 2...max(2, bytes.count) where count <= bytes.count && !tokens.contains(Array(bytes[..<count]))
            {
                tokens.append(Array(bytes[..<count]))
            }
        }
        let text = tokens.enumerated().map { "\(Base64.encode($0.element)) \($0.offset)\n" }.joined()
        var ranks: [[UInt8]: Int] = [:]
        for (rank, token) in tokens.enumerated() { ranks[token] = rank }
        let bytes = Array(text.utf8)
        return (try bytes.withUnsafeBytes { try Vocabulary(tiktoken: $0, pattern) }, ranks)
    }

    private static func pieces(_ text: String, _ pattern: TokenPattern) -> [String] {
        let bytes = Array(text.utf8)
        return bytes.withUnsafeBufferPointer { bytes in
            CharacterClasses.basicPlane.withUnsafeBufferPointer { classes in
                let reader = PieceReader(bytes, classes, pattern)
                var pieces: [String] = []
                var place = 0
                while place < bytes.count {
                    let end = reader.end(from: place)
                    pieces.append(String(decoding: bytes[place..<end], as: UTF8.self))
                    place = end
                }
                return pieces
            }
        }
    }

    @Test(
        arguments: [
            (.o200k, "It's fooBar(HTTPServer)", ["It's", " foo", "Bar", "(HTTPServer", ")"]),
            (.cl100k, "It's fooBar(HTTPServer)", ["It", "'s", " fooBar", "(HTTPServer", ")"]),
            (.gpt2, "It's fooBar(x) 1234", ["It", "'s", " fooBar", "(", "x", ")", " 1234"]),
            (.o200k, "12345 a\n\n  b", ["123", "45", " a", "\n\n", " ", " b"]),
            (.o200k, "a  \n", ["a", "  \n"]), (.cl100k, "a \n  ", ["a", " \n  "]),
            (.o200k, "a \n  ", ["a", " \n", "  "]),
            (.o200k, "x //\n/y", ["x", " //\n/", "y"]), (.cl100k, "x //\n/y", ["x", " //\n", "/y"]),
            (.o200k, "ÄRGER über Ärger", ["ÄRGER", " über", " Ärger"]), (.o200k, "中文字，日本", ["中文字", "，日本"]),
            (.o200k, "can'T", ["can'T"]), (.o200k, "e\u{301}a\u{2003}b", ["e\u{301}a", "\u{2003}b"]),
        ] as [(TokenPattern, String, [String])])
    func `texts are cut where the published patterns cut them`(pattern: TokenPattern, text: String, pieces: [String]) {
        #expect(Self.pieces(text, pattern) == pieces)
    }

    /// The definition: the pair of the lowest rank is merged, the first of them, until there is none.
    private static func slowly(_ piece: [UInt8], _ ranks: [[UInt8]: Int]) -> Int {
        if ranks[piece] != nil { return 1 }
        var parts = piece.map { [$0] }
        while true {
            let candidates = parts.indices.dropLast().compactMap { place in
                ranks[parts[place] + parts[place + 1]].map { ($0, place) }
            }
            guard let (_, place) = candidates.min(by: { $0 < $1 }) else { return parts.count }
            parts[place] += parts.remove(at: place + 1)
        }
    }

    @Test func `merging finds what the definition finds, in short pieces and in long ones`() throws {
        let (vocabulary, ranks) = try Self.vocabulary(["abab", "bab", "aab", "bb", "üü", " ab", "cacb", "aaaa"])
        var encoder = BytePairEncoder(vocabulary)
        var random = SeededRandom(seed: 3)
        for round in 0..<300 {
            let count = round % 10 == 0 ? 400 : Int.random(in: 1...60, using: &random)
            let text = String((0..<count).map { _ in "aaabbbcü".randomElement(using: &random)! })
            let bytes = Array(text.utf8)
            let expected = Self.pieces(text, .o200k).reduce(0) { $0 + Self.slowly(Array($1.utf8), ranks) }
            #expect(bytes.withUnsafeBufferPointer { encoder.count($0) } == expected)
            #expect(bytes.withUnsafeBufferPointer { encoder.encode($0).count } == expected)
        }
    }

    @Test func `a vocabulary that is none says where`() {
        for (text, line) in [("", 1), ("YQ== 0\nnonsense", 2), ("YQ== 0\n", 2), ("* 0", 1)] {
            let bytes = Array(text.utf8)
            #expect {
                try bytes.withUnsafeBytes { try Vocabulary(tiktoken: $0, .o200k) }
            } throws: {
                ($0 as? Vocabulary.Broken)?.line == line
            }
        }
    }

    /// With what GPT-5's vocabulary makes of them.
    @Test(arguments: [
        ("The quick brown fox jumps over the lazy dog, and nobody is surprised by that any more.", 19),
        ("func add(_ left: Int, _ right: Int) -> Int {\n    return left + right\n}\n", 22),
        (#"{"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}"#, 26),
    ]) func `an estimate is near`(text: String, tokens: Int) {
        let bytes = Array(text.utf8)
        let estimate = bytes.withUnsafeBufferPointer { TokenEstimate.of($0) }
        #expect(abs(estimate - tokens) * 100 <= tokens * 20, "\(estimate) for \(tokens)")
    }

    @Test func `all of a request is counted, and pictures by their size (pain 13)`() throws {
        func count(_ body: String) throws -> Int {
            try JSONParser().parse(copying: body).withRoot { RequestTokens.count($0, TokenCounter(nil)) }
        }
        let plain = try count(#"{"messages":[{"role":"user","content":"Hi"}]}"#)
        #expect(try count(#"{"messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}]}"#) == plain)
        for more in [
            #""system":"Be brief and kind.","messages":[{"role":"user","content":"Hi"}]"#,
            #""tools":[{"name":"T","input_schema":{"type":"object"}}],"messages":[{"role":"user","content":"Hi"}]"#,
            #""messages":[{"role":"user","content":[{"type":"text","text":"Hi"},{"type":"tool_result","content":"found it"}]}]"#,
            #""messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"tool_use","name":"T","input":{"a":1}}]}]"#,
        ] {
            #expect(try count("{\(more)}") > plain)
        }
        let png = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 3, 0, 0, 0, 2, 0]
        let data = Base64.encode(png.map { UInt8($0) } + [8, 6])
        let image = #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"\#(data)"}}"#
        let pictured = try count(#"{"messages":[{"role":"user","content":[{"type":"text","text":"Hi"},\#(image)]}]}"#)
        #expect(pictured - plain == 768 * 512 / 750)
    }
}

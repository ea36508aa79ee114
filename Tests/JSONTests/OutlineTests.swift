internal import JSON
import Testing

/// An outline says what the whole tape says, of the root and its members.
struct OutlineTests {
    private let first = JSONParser()
    private let second = JSONParser()

    private func difference(_ bytes: [UInt8], limits: JSONLimits = .default) -> String? {
        bytes.withUnsafeBytes { bytes in
            let text = PaddedBytes(copying: bytes)
            return OutlineAgreement.difference(in: text.bytes, limits: limits, first, second)
        }
    }

    @Test(arguments: GrammarTests.accepted + GrammarTests.rejected)
    func theTable(_ text: String) {
        #expect(difference(Array(text.utf8)) == nil)
        // The same text deeper: what is wrong is then in the part that an outline passes over.
        #expect(difference(Array("{\"a\":[\(text)],\"b\":0}".utf8)) == nil)
        #expect(difference(Array("[{\"a\":{\"b\":\(text)}}, 1]".utf8)) == nil)
    }

    @Test func damagedTexts() {
        for seed in 0..<6000 as Range<UInt64> {
            var random = RandomJSON(generator: SeededGenerator(seed: 2_000_000 + seed))
            let value = random.value(depth: 4)
            var bytes = Array(random.spelling(value).utf8)
            for _ in 0..<random.generator.below(3) { RandomTests.damage(&bytes, &random.generator) }
            #expect(difference(bytes) == nil, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test func everyPrefix() {
        let text = Array(#" {"a":[1,-2.5e3,true,null,"x\n\u00e9\ud83d\ude00é😀\\"],"b":{"c":[]},"d":"\"","e":-0} "#.utf8)
        for length in 0...text.count { #expect(difference(Array(text[..<length])) == nil, "\(length) bytes") }
    }

    /// An escape may lie across the blocks that are looked at in one step.
    @Test func escapesAtEveryPlace() {
        for padding in 0..<140 {
            for escape in [#"\\"#, #"\""#, #"\u00e9"#, #"\u00g9"#, #"\x"#, #"\\\\\\"#, #"\u12"#] {
                let text = "{\"k\":[\"\(String(repeating: "x", count: padding))\(escape)\"]}"
                #expect(difference(Array(text.utf8)) == nil, "\(escape) after \(padding) bytes")
            }
        }
    }

    @Test(arguments: [0, 1, 2, 3, 63, 64, 65, 128, 1023, 1024, 1025])
    func everyDepth(_ depth: Int) {
        let limits = JSONLimits(depth: 1024)
        let text = String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
        #expect(difference(Array(text.utf8), limits: limits) == nil)
        #expect(difference(Array("{\"a\":\(text)}".utf8), limits: limits) == nil)
        let mixed =
            (0..<depth).map { $0 % 3 == 0 ? "{\"k\":" : "[" }.joined() + "1"
            + (0..<depth).reversed().map { $0 % 3 == 0 ? "}" : "]" }.joined()
        #expect(difference(Array(mixed.utf8), limits: limits) == nil)
        #expect(difference(Array(mixed.utf8.dropLast()), limits: limits) == nil)
    }

    /// More members than an outline has room for: the whole tape stands in for it.
    @Test(arguments: [1, 127, 128, 129, 300])
    func manyMembers(_ count: Int) {
        let members = (0..<count).map { "\"k\($0)\":[\($0)]" }.joined(separator: ",")
        #expect(difference(Array("{\(members)}".utf8)) == nil)
        #expect(difference(Array("[\((0..<count).map(String.init).joined(separator: ","))]".utf8)) == nil)
    }
}

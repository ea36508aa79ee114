internal import JSON
import Testing

/// Properties that hold for every text, tried on many. Each round has its seed, which a failure names.
struct RandomTests {
    @Test func whatIsWrittenIsRead() throws {
        for seed in 0..<600 as Range<UInt64> {
            var random = RandomJSON(generator: SeededGenerator(seed: seed))
            let value = random.value()
            let text = value.description
            let read = try JSONValue(parsing: text)
            #expect(read == value, "seed \(seed)")
            #expect(read.description == text, "seed \(seed)")
            #expect(try JSONValue(parsing: value.text(style: .pretty)).description == text, "seed \(seed)")
            #expect(try JSONValue(parsing: random.spelling(value)).description == text, "seed \(seed)")
        }
    }

    @Test func bothParsersAgreeOnDamagedTexts() {
        let parser = JSONParser()
        var accepted = 0
        let rounds = 4000
        for seed in 0..<UInt64(rounds) {
            var random = RandomJSON(generator: SeededGenerator(seed: 1_000_000 + seed))
            let value = random.value(depth: 3)
            var bytes = Array(random.spelling(value).utf8)
            for _ in 0..<random.generator.below(4) { Self.damage(&bytes, &random.generator) }
            let expected = ReferenceParser.parse(bytes)
            let found = try? parser.parse(copying: bytes).withRoot { JSONValue($0) }
            #expect(found == expected, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
            if expected != nil { accepted += 1 }
        }
        // Both answers must be common, or the comparison says little.
        #expect(accepted > rounds / 4)
        #expect(accepted < rounds * 3 / 4)
    }

    @Test(arguments: GrammarTests.accepted + GrammarTests.rejected)
    func bothParsersAgreeOnTheTable(_ text: String) {
        #expect((try? JSONValue(parsing: text)) == ReferenceParser.parse(Array(text.utf8)))
    }

    /// Every beginning of a text is either refused at its very end or within it, never after.
    @Test func everyPrefixIsRefusedWithinItself() throws {
        let text = Array(#" {"a":[1,-2.5e3,true,null,"x\n\u00e9\ud83d\ude00é😀"],"b":{"c":[]}} "#.utf8)
        let complete = text.count - 1
        for length in 0..<complete {
            do throws(JSONError) {
                _ = try JSONValue(parsing: Array(text[..<length]))
                Issue.record("accepted \(length) bytes")
            } catch {
                #expect(error.offset <= length)
            }
        }
    }

    static func damage(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let interesting =
            Array("{}[]:,\"\\u0eE+-.truefalsn \n\t/".utf8) + [
                0x00, 0x0C, 0x1A, 0x1F, 0x7F, 0x80, 0xC3, 0xED, 0xF0, 0xFF,
            ]
        let byte = interesting[generator.below(interesting.count)]
        guard !bytes.isEmpty else { return bytes.append(byte) }
        let place = generator.below(bytes.count)
        switch generator.below(6) {
        case 0: bytes[place] = byte
        case 1: bytes.insert(byte, at: place)
        case 2: bytes.remove(at: place)
        case 3: bytes.removeSubrange(place...)
        case 4: bytes.swapAt(place, generator.below(bytes.count))
        default:
            let end = min(bytes.count, place + generator.below(8))
            bytes.insert(contentsOf: bytes[place..<end], at: generator.below(bytes.count))
        }
    }
}

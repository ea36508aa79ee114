import JSON
import Testing

@testable import Translation

/// Arguments of weak models (pain 19).
struct ArgumentMenderTests {
    private func mend(_ text: String, size: Int = .max, isCut: Bool = false) -> (text: String, hasMended: Bool) {
        var mender = ArgumentMender()
        var output: [UInt8] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: min(size, max(bytes.count, 1))) {
            bytes[start..<min(bytes.count, start + min(size, bytes.count))].withUnsafeBufferPointer {
                mender.add($0, to: &output)
            }
        }
        mender.finish(isCut: isCut, to: &output)
        return (String(decoding: output, as: UTF8.self), mender.hasMended)
    }

    @Test(arguments: [
        #"{}"#, #"{"a":"b\"c\\","d":[1,2.5e3,{"e":null}],"f":true}"#, "{ \"a\" : \"it's\" ,\n \"b\":[ ] }",
        #"{"u":"\u00e9\n"}"#,
    ]) func `valid arguments pass as they are`(text: String) {
        for size in [1, 3, .max] {
            let mended = mend(text, size: size)
            #expect(mended.text.filter { !$0.isWhitespace } == text.filter { !$0.isWhitespace } && !mended.hasMended)
        }
    }

    @Test(arguments: [
        (#"{'a': 'it"s', 'b': [True, None]}"#, #"{"a":"it\"s","b":[true,null]}"#),
        (#"{"a":1,}"#, #"{"a":1}"#), (#"{"a":[1,2,],}"#, #"{"a":[1,2]}"#),
        (#"{"a":{"b":"c"#, #"{"a":{"b":"c"}}"#), (#"{"a":"#, #"{"a":null}"#), (#"{"a""#, #"{"a":null}"#),
        ("```json\n{\"a\":1}\n```", #"{"a":1}"#), (#"{a: 1, b_c: x y}"#, #"{"a":1,"b_c":"x","y":null}"#),
        ("{\"a\":\"x\ny\"}", #"{"a":"x\ny"}"#), (#"{"a":1 "b":2}"#, #"{"a":1,"b":2}"#),
        (#"{"a":"\x41"}"#, #"{"a":"\\x41"}"#), (#"{"a":"\u12"}"#, #"{"a":"\\u12"}"#), (#"{"a":1}}"#, #"{"a":1}"#),
        (#"{"a":[1}"#, #"{"a":[1]}"#),
    ]) func `invalid arguments are mended (pain 19)`(text: String, expected: String) throws {
        for size in [1, 2, .max] {
            let mended = mend(text, size: size)
            #expect(try JSONValue(parsing: mended.text) == JSONValue(parsing: expected))
            #expect(mended.hasMended || text.contains("`"))
        }
    }

    @Test(arguments: ["I would call it with a=1", "[1,2]", "\"{}\""]) func `what is no object is passed on marked`(
        text: String
    ) throws {
        #expect(try JSONValue(parsing: mend(text).text) == [ArgumentMender.mark: .string(text)])
    }

    @Test func `nothing is nothing, and what was cut stays open`() {
        #expect(mend("").text == "" && mend(" \n").text == "")
        #expect(mend(#"{"a":"b"#, isCut: true).text == #"{"a":"b"#)
    }

    @Test func `any bytes become JSON`() throws {
        var random = SeededRandom(seed: 5)
        let letters = Array(#"{}[]:,"'\utfnN01e- aé"#.unicodeScalars)
        for _ in 0..<20_000 {
            let text =
                "{"
                + String(
                    String.UnicodeScalarView(
                        (0..<Int.random(in: 0...24, using: &random)).map { _ in letters.randomElement(using: &random)! }
                    ))
            let mended = mend(text, size: Int.random(in: 1...5, using: &random))
            #expect(throws: Never.self, "\(text) became \(mended.text)") { try JSONValue(parsing: mended.text) }
        }
    }
}

/// SplitMix64: the same numbers on every machine.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

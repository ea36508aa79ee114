import Testing
import YAML

@Suite struct YAMLLimitTests {
    @Test func billionLaughsStop() {
        var text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        for (name, before) in zip("bcdefghij", "abcdefghi") {
            text += "\(name): &\(name) [" + Array(repeating: "*\(before)", count: 10).joined(separator: ", ") + "]\n"
        }
        let error = #expect(throws: YAMLError.self) { _ = try YAML.parse(text, file: "f") }
        #expect(error?.message.contains("more than 100000 values") == true)
        #expect(error?.line == 5)
    }

    @Test(arguments: [63, 64]) func depthHasALimit(_ levels: Int) {
        // The scalar inside is one level more.
        let text = String(repeating: "[", count: levels) + "x" + String(repeating: "]", count: levels)
        let fits = levels == 63
        #expect(((try? YAML.parse(text, file: "f")) != nil) == fits)
        if !fits {
            let error = #expect(throws: YAMLError.self) { _ = try YAML.parse(text, file: "f") }
            #expect(error?.message.contains("64 levels") == true)
            #expect(error?.position == YAMLPosition(line: 1, column: 65))
        }
    }

    @Test func aliasesCountForDepth() {
        var options = YAMLOptions()
        options.depthMax = 5
        let error = #expect(throws: YAMLError.self) {
            _ = try YAML.parse("a: &a [[x]]\nb: [[*a]]\n", file: "f", options: options)
        }
        #expect(error?.position == YAMLPosition(line: 2, column: 6))
    }

    @Test func sizeHasALimit() {
        let error = #expect(throws: YAMLError.self) {
            _ = try YAML.parse([UInt8](repeating: UInt8(ascii: "#"), count: (1 << 20) + 1), file: "f")
        }
        #expect(error?.message.contains("1048577 bytes") == true)
    }

    @Test func deepNestingIsCheap() {
        // libyaml alone is quadratic or recursive on some of these: they must end, in an error or not.
        for text in [
            String(repeating: "[", count: 200_000), String(repeating: "{", count: 200_000),
            String(repeating: "- ", count: 100_000), String(repeating: "? ", count: 100_000),
        ] {
            #expect(throws: YAMLError.self) { _ = try YAML.parse(text, file: "f") }
        }
    }
}

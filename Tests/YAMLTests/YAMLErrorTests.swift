import Testing
import YAML

@Suite struct YAMLErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        let line: Int
        let column: Int
        let words: String
        var testDescription: String { name }

        init(_ name: String, _ text: String, _ line: Int, _ column: Int, _ words: String) {
            self.name = name
            self.text = text
            self.line = line
            self.column = column
            self.words = words
        }
    }

    static let cases: [Case] = [
        Case("duplicate key", "a: 1\nb: 2\na: 3\n", 3, 1, "the first is on line 1, column 1"),
        Case("duplicate key inside", "x:\n  - { k: 1, k: 2 }\n", 2, 13, "`k` is here for the second time"),
        Case("duplicate under different quotes", "a: 1\n'a': 2\n", 2, 1, "second time"),
        Case("second document", "a: 1\n---\nb: 2\n", 2, 1, "a second document"),
        Case("unknown alias", "a: *nothing\n", 1, 4, "*nothing names no anchor"),
        Case("alias inside its anchor", "a: &x [1, *x]\n", 1, 11, "stands inside what it repeats"),
        Case("a list as a key", "? [1, 2]\n: x\n", 1, 3, "a key is a single value, not a list"),
        Case("tab", "a:\n\tb: 1\n", 2, 1, "a tab cannot indent"),
        Case("colon in a text", "a: b: c\n", 1, 5, "needs quotes"),
        Case("wrong indentation", "a:\n  b: 1\n c: 2\n", 3, 2, "indentation"),
        Case("open bracket", "a: [1, 2\n", 2, 1, "did not find expected"),
        Case("bracket in a list", "a: { b: c.d[2] }\n", 1, 12, "needs quotes: rule: \"commands.deny[2]\""),
        Case("open quote", "a: 'x\n", 2, 1, "unexpected end of stream"),
        Case("direction mark", "a: 1\nb: x\u{202E}y\n", 2, 5, "U+202E"),
        Case("direction mark in a comment", "a: 1 # \u{2066}\n", 1, 8, "U+2066"),
        Case("zero-width space", "a\u{200B}: 1\n", 1, 2, "U+200B"),
        Case("escaped direction mark", "a: \"x\\u202Ey\"\n", 1, 4, "U+202E"),
        Case("escaped NUL", "a: \"x\\0y\"\n", 1, 4, "U+0000"),
        Case("control character", "a: \u{1B}[31m\n", 1, 4, "U+001B"),
        Case("NUL", "a: 1\n\0", 2, 1, "U+0000"),
    ]

    @Test(arguments: cases) func saysWhereAndWhat(_ example: Case) {
        let error = #expect(throws: YAMLError.self) { _ = try YAML.parse(example.text, file: "f.yaml") }
        #expect(error?.position == YAMLPosition(line: example.line, column: example.column))
        #expect(error?.message.contains(example.words) == true, "\(error?.message ?? "")")
        #expect(error?.description.hasPrefix("f.yaml:\(example.line):\(example.column): ") == true)
    }

    @Test func invalidUTF8HasAPlace() {
        let error = #expect(throws: YAMLError.self) { _ = try YAML.parse(Array("a: 1\nb: ".utf8) + [0xFF], file: "f") }
        #expect(error?.position == YAMLPosition(line: 2, column: 4))
        #expect(error?.message.contains("UTF-8") == true)
    }

    @Test func hiddenCharactersCanBeAllowed() throws {
        var options = YAMLOptions()
        options.refusesHiddenCharacters = false
        #expect(try YAML.parse("a: x\u{200F}y", file: "f", options: options)?[key: "a"]?.scalar?.text == "x\u{200F}y")
    }
}

import Testing
import YAML

@Suite struct YAMLTreeTests {
    private func parse(_ text: String) throws -> YAMLNode? { try YAML.parse(text, file: "f.yaml") }

    @Test func scalarsStayText() throws {
        let node = try #require(try parse("a: no\nb: 010\nc: 'x'\nd: \"y\\n\"\ne: |\n  z\n"))
        #expect(node[key: "a"]?.scalar == YAMLScalar("no"))
        #expect(node[key: "b"]?.scalar == YAMLScalar("010"))
        #expect(node[key: "c"]?.scalar == YAMLScalar("x", style: .singleQuoted))
        #expect(node[key: "d"]?.scalar == YAMLScalar("y\n", style: .doubleQuoted))
        #expect(node[key: "e"]?.scalar == YAMLScalar("z\n", style: .literal))
    }

    @Test func everyNodeKnowsItsPlace() throws {
        let node = try #require(try parse("# c\nlist:\n  - a\n  - { k: v }\n"))
        let entry = try #require(node.mapping?.first)
        #expect(entry.keyPosition == YAMLPosition(line: 2, column: 1))
        #expect(entry.value.position == YAMLPosition(line: 3, column: 3))
        let inner = try #require(entry.value.sequence?.last)
        #expect(inner.position == YAMLPosition(line: 4, column: 5))
        #expect(inner.mapping?.first?.keyPosition == YAMLPosition(line: 4, column: 7))
        #expect(inner[key: "k"]?.position == YAMLPosition(line: 4, column: 10))
    }

    @Test func columnsCountCharactersNotBytes() throws {
        let node = try #require(try parse("{ \"äöü\": 1, b: 2 }"))
        #expect(node.mapping?.last?.keyPosition == YAMLPosition(line: 1, column: 13))
    }

    @Test func orderOfKeysIsTheFiles() throws {
        let node = try #require(try parse("z: 1\na: 2\nm: 3\n"))
        #expect(node.mapping?.map(\.key) == ["z", "a", "m"])
    }

    @Test(arguments: ["", "\n\n", "# only words\n", "---\n", "\u{FEFF}"])
    func nothingIsNoNode(_ text: String) throws {
        let node = try parse(text)
        #expect(node == nil || node?.isNull == true)
    }

    @Test func nullsAreOnlyPlain() throws {
        let node = try #require(try parse("a:\nb: ~\nc: null\nd: 'null'\ne: ''\n"))
        #expect(node.mapping?.map(\.value.isNull) == [true, true, true, false, false])
    }

    @Test func aliasesRepeatTheirAnchor() throws {
        let node = try #require(try parse("a: &x [1, 2]\nb: *x\n"))
        #expect(node[key: "b"] == node[key: "a"])
    }

    @Test func tagsAreKept() throws {
        let node = try #require(try parse("a: !!str 1\nb: !env X\nc: ! d\n"))
        #expect(node.mapping?.map(\.value.tag) == ["tag:yaml.org,2002:str", "!env", nil])
    }

    @Test func byteOrderMarkIsSkipped() throws {
        #expect(try parse("\u{FEFF}a: 1")?.mapping?.first?.key == "a")
    }
}

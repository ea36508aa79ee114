internal import JSON
import Testing

/// Walking a document in place.
struct ElementTests {
    let parser = JSONParser()

    func read<Result>(_ text: String, _ body: (JSONElement) throws -> Result) throws -> Result {
        try parser.parse(copying: text).withRoot(body)
    }

    @Test func kinds() throws {
        try read("[null,true,false,1,1.5,\"a\",\"\\n\",[],{}]") { root in
            #expect(
                root.elements.map(\.kind) == [.null, .bool, .bool, .number, .number, .string, .string, .array, .object])
            #expect(root.elements.map(\.bool) == [nil, true, false, nil, nil, nil, nil, nil, nil])
            #expect(root.elements.map(\.isNull) == [true] + Array(repeating: false, count: 8))
            #expect(root.elements.map(\.isString) == [false, false, false, false, false, true, true, false, false])
            #expect(root.elements.map(\.numberText) == [nil, nil, nil, "1", "1.5", nil, nil, nil, nil])
        }
    }

    @Test func members() throws {
        try read(#"{"a":1,"b":{"c":[true,{"d":null}],"":2},"e\u0066":"g"}"#) { root in
            #expect(root.count == 3)
            #expect(root.members.map { $0.key.string } == ["a", "b", "ef"])
            #expect(root["a"]?.int == 1)
            #expect(root["b"]?["c"]?.count == 2)
            #expect(root["b"]?["c"]?[1]?["d"]?.isNull == true)
            #expect(root["b"]?[""]?.int == 2)
            #expect(root["ef"]?.string == "g")
            #expect(root["c"] == nil)
            #expect(root["a"]?["x"] == nil)
            #expect(root[0] == nil)
            #expect(root["b"]?["c"]?[2] == nil)
            #expect(root["b"]?["c"]?[-1] == nil)
            #expect(Array(root.elements).isEmpty)
            #expect(Array(root["b"]!["c"]!.members).isEmpty)
        }
    }

    @Test func theLastOfEqualKeysCounts() throws {
        try read(#"{"a":1,"b":2,"a":3,"\u0061":4,"b":5,"c":6}"#) { root in
            #expect(root["a"]?.int == 4)
            #expect(root["b"]?.int == 5)
            #expect(root.count == 6)
            #expect(root.duplicateKeys == ["a", "b"])
            let value = JSONValue(root)
            #expect(value["a"] == 4)
            #expect(value.object?.count == 6)
            #expect(value.description == #"{"a":1,"b":2,"a":3,"a":4,"b":5,"c":6}"#)
        }
        try read(#"{"a":{"b":1},"b":1}"#) { #expect($0.duplicateKeys.isEmpty) }
    }

    /// Swift's strings are equal across normal forms; JSON's are not.
    @Test func keysAreComparedByBytes() throws {
        try read("{\"\u{E9}\":1,\"e\u{301}\":2}") { root in
            #expect(root["\u{E9}"]?.int == 1)
            #expect(root["e\u{301}"]?.int == 2)
            #expect(root.duplicateKeys.isEmpty)
            #expect(root.members.first { _ in true }?.key.equals("e\u{301}") == false)
            #expect(JSONValue(root)["\u{E9}"] == 1)
            #expect(JSONValue("\u{E9}") != JSONValue("e\u{301}"))
        }
    }

    static let strings: [(String, String)] = [
        (#""""#, ""), (#""a""#, "a"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u0041\u00e9\u20AC""#, "Aé€"),
        (#""\ud83d\ude00""#, "😀"), (#""\uD834\uDD1E""#, "𝄞"), (#""\ud83d""#, "\u{FFFD}"), (#""\ude00""#, "\u{FFFD}"),
        (#""x\ud83dy""#, "x\u{FFFD}y"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
        (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"),
        (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\u0000""#, "\0"), (#""😀é""#, "😀é"),
        (#""\udbff\udfff\ud800\udc00""#, "\u{10FFFF}\u{10000}"),
        (
            #""a long string without escapes, longer than a register""#,
            "a long string without escapes, longer than a register"
        ),
        (#""a long string with an escape at its very end\n""#, "a long string with an escape at its very end\n"),
        (#""\\\\\\\\\\\\\\\\\"""#, "\\\\\\\\\\\\\\\\\""),
    ]

    @Test(arguments: strings)
    func stringsStandFor(_ source: String, _ expected: String) throws {
        // At every distance from the start of a block.
        for shift in 0..<70 {
            try read("[\"" + String(repeating: "x", count: shift) + "\"," + source + "]") { root in
                let element = try #require(root[1])
                #expect(element.string.map { Array($0.utf8) } == Array(expected.utf8))
                #expect(element.withUTF8 { Array($0) } == Array(expected.utf8))
                #expect(element.equals(expected))
                #expect(!element.equals(expected + "x"))
                #expect(!element.equals("x" + expected))
                #expect(expected.isEmpty || !element.equals(String(expected.unicodeScalars.dropLast())))
                #expect(element.sourceText == source)
                #expect((element.plainUTF8 == nil) == source.contains("\\"))
            }
        }
    }

    @Test func sourceRanges() throws {
        let text = " { \"model\" : \"big\" , \"n\" : [ 1 , -2.5e3 ] , \"o\" : { } , \"t\" : true } "
        try read(text) { root in
            func source(_ element: JSONElement?) -> String? {
                element.map { String(decoding: Array(text.utf8)[$0.sourceRange], as: UTF8.self) }
            }
            #expect(source(root) == String(text.dropFirst().dropLast()))
            #expect(source(root["model"]) == "\"big\"")
            #expect(source(root["n"]) == "[ 1 , -2.5e3 ]")
            #expect(source(root["n"]?[1]) == "-2.5e3")
            #expect(source(root["o"]) == "{ }")
            #expect(source(root["t"]) == "true")
            let members = root.members.map { String(decoding: Array(text.utf8)[$0.sourceRange], as: UTF8.self) }
            #expect(members == ["\"model\" : \"big\"", "\"n\" : [ 1 , -2.5e3 ]", "\"o\" : { }", "\"t\" : true"])
        }
    }

    @Test func anElementDiesWithItsDocument() async {
        await #expect(processExitsWith: .failure) {
            let parser = JSONParser()
            let old = try parser.parse(copying: "[1]").root
            _ = try parser.parse(copying: "[2]")
            print(old.count)
        }
    }
}

import JSON
import Testing

struct PickTests {
    private static let names = JSONNames([
        "type", "a_name_of_more_than_eight", "a_name_of_more_than_ninet", "", "eightbit",
    ])
    private let parser = JSONParser()

    private func picked(_ text: String) throws -> [String?] {
        try parser.parse(copying: text).withRoot { root in
            let pick = JSONPick(root, Self.names)
            return (0..<5).map { pick[place: $0]?.sourceText }
        }
    }

    @Test(
        arguments: [
            (#"{}"#, [nil, nil, nil, nil, nil]),
            (#"{"type":1}"#, ["1", nil, nil, nil, nil]),
            (#"{"typ":1,"types":2,"Type":3,"type ":4}"#, [nil, nil, nil, nil, nil]),
            // The last one counts, whatever it holds.
            (#"{"type":1,"x":[{"type":2}],"type":{"type":3}}"#, [#"{"type":3}"#, nil, nil, nil, nil]),
            (#"{"a_name_of_more_than_ninet":1,"a_name_of_more_than_eight":2}"#, [nil, "2", "1", nil, nil]),
            (
                #"{"a_name_of_more_than_nine":1,"a_name_of_more_than_eightX":2,"a_name_of":3}"#,
                [nil, nil, nil, nil, nil]
            ),
            (#"{"":1,"eightbit":2,"eightbits":3,"eightbi":4}"#, [nil, nil, nil, "1", "2"]),
            (
                #"{"t\u0079pe":1,"a_name_of_more_than_\u0065ight":null,"\u0065ightbit":[]}"#,
                ["1", "null", nil, nil, "[]"]
            ),
            // What stands behind a short key is none of it.
            (#"{"ty":"pe","type":"x","t":"ype"}"#, [#""x""#, nil, nil, nil, nil]),
            (#"[{"type":1}]"#, [nil, nil, nil, nil, nil]), (#""type""#, [nil, nil, nil, nil, nil]),
        ] as [(String, [String?])])
    func findsWhatALookUpFinds(text: String, expected: [String?]) throws {
        #expect(try picked(text) == expected)
    }

    @Test func agreesWithLookUpsOnRandomObjects() throws {
        var generator = SeededGenerator(seed: 37)
        let keys = [
            "type", "a_name_of_more_than_eight", "a_name_of_more_than_ninet", "", "eightbit", "typ", "eightbits",
        ]
        for _ in 0..<2000 {
            let members = (0..<Int.random(in: 0...8, using: &generator)).map { number in
                let key = keys.randomElement(using: &generator)!
                let isEscaped = Bool.random(using: &generator) && !key.isEmpty
                let first = String(key.utf8.first.map { String($0, radix: 16) } ?? "")
                return (isEscaped ? #""\u00\#(first)\#(key.dropFirst())""# : "\"\(key)\"") + ":\(number)"
            }
            let text = "{" + members.joined(separator: ",") + "}"
            let expected = try parser.parse(copying: text).withRoot { root in
                keys.prefix(5).map { root[$0]?.sourceText }
            }
            #expect(try picked(text) == expected, "\(text)")
        }
    }

    @Test(
        arguments: [
            (#""""#, true), (#""   ""#, true), (#"" \n\r\t ""#, true), (#""\u0020\u000a\n""#, true), (#""x""#, false),
            (#""  x""#, false), (#""\nx""#, false), (#""\"""#, false), (#"" \b""#, false), (#""\u0078""#, false),
            (#"" \n\u0009x""#, false), (#""\u00a0""#, false), ("1", nil), ("null", nil), ("[]", nil),
        ] as [(String, Bool?)])
    func blankness(text: String, expected: Bool?) throws {
        #expect(try parser.parse(copying: text).root.isBlank == expected)
    }

    @Test func wordsOfTheProgramAreWrittenAsOthersAre() {
        for style in [JSONWriter.Style.compact, .pretty] {
            var fixed = JSONWriter(style: style)
            var others = JSONWriter(style: style)
            let (key, value) = ("key" as String, "väl/ue" as String)
            for _ in 0..<2 {
                fixed.beginObject()
                fixed.key("key")
                fixed.string("väl/ue")
                fixed.key("key")
                fixed.beginArray()
                fixed.string("väl/ue")
                fixed.string("väl/ue")
                fixed.endArray()
                fixed.endObject()
                others.beginObject()
                others.key(key)
                others.string(value)
                others.key(key)
                others.beginArray()
                others.string(value)
                others.string(value)
                others.endArray()
                others.endObject()
            }
            #expect(fixed.text == others.text)
        }
    }

    @Test func aFullSetFindsEachOfItsNames() throws {
        let all: [StaticString] = [
            "a", "b", "c", "d", "e", "f", "g", "h", "type", "typf", "content", "contents", "tool_use_id", "tool_use_ie",
            "input", "is_error",
        ]
        let text = "{" + all.enumerated().map { "\"\($1)\":\($0)" }.joined(separator: ",") + "}"
        try parser.parse(copying: text).withRoot { root in
            let pick = JSONPick(root, JSONNames(all))
            for place in all.indices { #expect(pick[place: place]?.int == place) }
        }
    }

    @Test func piecesMakeOneValueAmongOthers() throws {
        try parser.parse(copying: #"{"a":"x\n\"","b":[1, {"c": "\\"}],"e":""}"#).withRoot { root in
            var writer = JSONWriter()
            writer.beginArray()
            for key in ["a", "b", "e"] {
                let element = try #require(root[key])
                writer.compose(room: 40 + 3 * element.sourceBytes.count + JSONPieces.escapeRoom) { value in
                    value.put(#"{"raw":"#)
                    value.put(element)
                    value.put(#","text":""#)
                    value.putText(of: element)
                    value.put("\"}")
                }
            }
            writer.int(1)
            writer.endArray()
            let written = try JSONValue(parsing: writer.take())
            let objects = try #require(written.array?.dropLast())
            #expect(objects.count == 3 && written.array?.last == 1)
            for (object, key) in zip(objects, ["a", "b", "e"]) {
                #expect(object["raw"] == root[key].map { JSONValue($0) })
                #expect(object["text"]?.string == root[key]?.sourceText)
            }
        }
    }

    @Test func membersOfTheProgramStandAmongOthers() {
        var writer = JSONWriter()
        writer.beginArray()
        writer.beginObject(#""a":1"#)
        writer.key("b")
        writer.int(2)
        writer.members(#""c":3,"d":{}"#)
        writer.endObject()
        writer.beginObject(#""e":[]"#)
        writer.endObject()
        writer.endArray()
        #expect(writer.text == #"[{"a":1,"b":2,"c":3,"d":{}},{"e":[]}]"#)
    }
}

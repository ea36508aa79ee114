internal import JSON
import Testing

struct WriterTests {
    @Test func compact() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("a")
        writer.int(-1)
        writer.key("b")
        writer.beginArray()
        writer.null()
        writer.bool(true)
        writer.bool(false)
        writer.double(1.5)
        writer.string("x\"y")
        writer.beginObject()
        writer.endObject()
        writer.beginArray()
        writer.endArray()
        writer.endArray()
        writer.key("c")
        writer.number(JSONNumber(UInt64.max))
        writer.endObject()
        #expect(writer.text == #"{"a":-1,"b":[null,true,false,1.5,"x\"y",{},[]],"c":18446744073709551615}"#)
    }

    @Test func pretty() throws {
        let value: JSONValue = ["a": 1, "b": [1, ["c": .null]], "d": [:], "e": []]
        let expected = """
            {
              "a": 1,
              "b": [
                1,
                {
                  "c": null
                }
              ],
              "d": {},
              "e": []
            }
            """
        #expect(value.text(style: .pretty) == expected)
        var writer = JSONWriter(style: .pretty)
        try JSONParser().parse(copying: "{\"a\":1,\"b\":[1,{\"c\":null}],\"d\":{ },\"e\":[]}").withRoot {
            writer.element($0)
        }
        #expect(writer.text == expected)
    }

    @Test func everyScalarSurvives() throws {
        var text = ""
        for scalar in 0...0x10FFFF {
            if scalar > 0x300, scalar % 97 != 0 { continue }
            if let scalar = Unicode.Scalar(UInt32(scalar)) { text.unicodeScalars.append(scalar) }
        }
        let written = JSONValue.string(text).description
        #expect(try JSONValue(parsing: written) == .string(text))
        #expect(!written.utf8.contains { $0 < 0x20 })
    }

    @Test func escapes() {
        #expect(
            JSONValue("\u{0}\u{8}\t\n\u{B}\u{C}\r\u{F}\u{10}\u{1A}\u{1F} \"\\/\u{7F}é").description
                == "\"\\u0000\\b\\t\\n\\u000b\\f\\r\\u000f\\u0010\\u001a\\u001f \\\"\\\\/\u{7F}é\"")
        for length in 0..<40 {
            let plain = String(repeating: "é", count: length)
            #expect(JSONValue.string(plain + "\n" + plain).description == "\"\(plain)\\n\(plain)\"")
        }
    }

    @Test func bytesThatAreNotUTF8() {
        var writer = JSONWriter()
        writer.beginArray()
        for bytes: [UInt8] in [[], [0x61, 0x0A], [0xC3, 0xA9], [0x61, 0xFF, 0x62]] {
            bytes.withUnsafeBufferPointer { writer.string(utf8: $0) }
        }
        writer.endArray()
        #expect(writer.text == "[\"\",\"a\\n\",\"é\",\"a\u{FFFD}b\"]")
    }

    @Test func doubles() throws {
        for value in [
            0, -0.0, 1, 0.1, 1e21, 1e-7, Double.leastNonzeroMagnitude, 1.7976931348623157e308, -123456.789, 1.0 / 3,
            2e15, 1e16,
        ] {
            let text = JSONValue.double(value).description
            #expect(try JSONValue(parsing: text).double?.bitPattern == value.bitPattern)
        }
        var writer = JSONWriter()
        writer.beginArray()
        for value in [Double.infinity, -.infinity, .nan] { writer.double(value) }
        writer.endArray()
        #expect(writer.text == "[null,null,null]")
    }

    @Test func elementsAreForwardedAsTheyWereWritten() throws {
        let source = "{ \"n\" : 1.00e+2 ,\n \"s\" : \"\\u0041\\ud83d\" , \"big\":123456789012345678901234567890 }"
        try JSONParser().parse(copying: source).withRoot { root in
            var writer = JSONWriter()
            writer.beginArray()
            writer.element(root)
            writer.elementOnOneLine(root)
            writer.endArray()
            let line = #"{"n":1.00e+2,"s":"\u0041\ud83d","big":123456789012345678901234567890}"#
            #expect(writer.text == "[\(source),\(line)]")
        }
    }

    @Test func manyValuesInOneBuffer() {
        var writer = JSONWriter(appendingTo: Array("start ".utf8))
        writer.append("data: ")
        writer.value(["a": 1])
        writer.append("\n\n")
        writer.append("data: ")
        writer.value([])
        writer.append("\n\n")
        #expect(writer.take() == Array("start data: {\"a\":1}\n\ndata: []\n\n".utf8))
        #expect(writer.bytes.isEmpty)
    }

    @Test func deeperThanTheCheckReaches() throws {
        var value: JSONValue = 1
        for level in 0..<200 { value = level % 2 == 0 ? ["a": value] : [value, 2] }
        for style in [JSONWriter.Style.compact, .pretty] {
            #expect(try JSONValue(parsing: value.text(style: style)) == value)
        }
    }

    @Test func wrongCallsStopTheProgram() async {
        await #expect(processExitsWith: .failure) {
            var writer = JSONWriter()
            writer.beginObject()
            writer.int(1)
        }
        await #expect(processExitsWith: .failure) {
            var writer = JSONWriter()
            writer.beginArray()
            writer.key("a")
        }
        await #expect(processExitsWith: .failure) {
            var writer = JSONWriter()
            writer.beginArray()
            writer.endObject()
        }
    }
}

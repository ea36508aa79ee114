internal import JSON
import Testing

/// What is JSON and what is not, by RFC 8259; with the answers that are ours to define.
struct GrammarTests {
    static let accepted = [
        "null", "true", "false", "0", "-0", "1", "-1", "12", "1.5", "-1.5", "0.0", "1e0", "1E0", "1e+1", "1e-1",
        "1.0E+10", "123456789012345678901234567890", "0.1234567890123456789012345678901234567890", "1e400", "-1e-400",
        "20e0", "\"\"", "\"a\"", "\" \"", "\"\\\"\"", "\"\\\\\"", "\"\\/\"", "\"\\b\\f\\n\\r\\t\"", "\"\\u0000\"",
        "\"\\u00e9\"", "\"\\uABCD\"", "\"\\uabcd\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "\"\\ude00\"",
        "\"\\ude00\\ud83d\"", "\"\\ud83dx\"", "\"\\ud83d\\n\"", "\"\\ud83d\\ud83d\\ude00\"", "\"é\"", "\"😀\"",
        "\"\u{7F}\"", "\"\u{FEFF}\"", "\"\u{2028}\u{2029}\"", "\"\u{FFFF}\"", "\"\u{10FFFF}\"", "\"\\\\\\\\\"",
        "\"\\\\\\\"\"", "\"{[,:]}\"", "\"//\"", "[]", "[ ]", "[\n]", "[1]", "[1,2]", "[ 1 , 2 ]", "[[]]", "[[],[]]",
        "[{}]", "[null,true,false,0,\"\",[],{}]", "{}", "{ }", "{\"\":0}", "{\"a\":1}", "{ \"a\" : 1 }",
        "{\"a\":1,\"b\":2}", "{\"a\":1,\"a\":2}", "{\"a\":{\"a\":{}}}", "{\"a\\u0062\":[]}", "{\"a\":[{\"b\":[]}]}",
        " null", "null ", "\t\r\n null \t\r\n", "[1 ]", "[-0]", "[-1]", "[0.5]", "[1e5]", "[\"\"]", "[\"a\",\"b\"]",
        "[ \"a\" ]\n", "{\"a\":\"b\",\n\"c\":\"d\"}", "[true]", "[ false ]", "[null]", "{\"true\":true}",
        "[\"\\u0022\"]", "[\"\\u005C\"]", "[\"\\u005c\\u0022\"]", "[[[[[[[[[[]]]]]]]]]]",
    ]

    static let rejected = [
        "", " ", "\n", "nul", "nulll", "Null", "NULL", "tru", "truee", "True", "fals", "falsey", "undefined", "NaN",
        "nan", "Infinity", "-Infinity", "+1", "01", "-01", "00", "1.", "1.e1", ".1", "-.1", "-", "--1", "1e", "1e+",
        "1E-", "1.5e", "1e1.5", "0x10", "1_000", "1,000", "1 000", "1a", "1\"a\"", "0e", "1.2.3", "1+1", "½", "١",
        "'a'", "`a`", "a", "\"", "\"a", "a\"", "\"a\"b\"", "\"\\\"", "\"\\", "\\", "\"\\a\"", "\"\\x41\"", "\"\\0\"",
        "\"\\u\"", "\"\\u1\"", "\"\\u12\"", "\"\\u123\"", "\"\\u123g\"", "\"\\uD83D\\u\"", "\"\\ud83d\\u12\"",
        "\"\\U0041\"", "\"\\'\"", "\"\\\n\"", "\"\n\"", "\"\t\"", "\"\0\"", "\"\u{1F}\"", "\"a\" \"b\"", "\"a\",", "[",
        "]", "[[", "]]", "[]]", "[[]", "[1", "[1,", "[1,]", "[,]", "[,1]", "[1,,2]", "[1 2]", "[1:2]", "[1;2]",
        "[\"a\" \"b\"]", "[\"a\"1]", "[1\"a\"]", "[true false]", "[truefalse]", "[1}", "[}", "[\"a\"", "[\"a", "[1]x",
        "[1]]", "[1],", "[1][2]", "[1] 2", "[-]", "[1.]", "[01]", "{", "}", "{{", "{]", "{\"", "{\"a", "{\"a\"",
        "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{,\"a\":1}", "{\"a\"}", "{\"a\",1}", "{\"a\" 1}",
        "{\"a\"::1}", "{\"a\":}", "{\"a\":,}", "{:1}", "{a:1}", "{'a':1}", "{1:1}", "{null:1}", "{[]:1}", "{{}:1}",
        "{\"a\":1 \"b\":2}", "{\"a\":1,,\"b\":2}", "{\"a\":1;\"b\":2}", "{\"a\":1}}", "{\"a\":1}{", "{\"a\":1]",
        "{\"a\":1,\"b\"}", "{} {}", "{},", "// c\n1", "/* c */ 1", "1 // c", "[1 /**/]", "#", "\u{FEFF}1", "\u{A0}1",
        "1\u{A0}", "\u{0C}1", "[\u{0C}]", "[1\u{0B}]", "1\u{0C}", "[1\u{1A}2]", "{\"a\"\u{1A}1}", "\0", "1\0", "[\0]",
        "\u{7F}", "\u{2028}1", ",", ":", "[\"a\":1]", "*", "[\\n]", "[\\\"a\"]", "{\"a\":\\\"b\"}",
    ]

    @Test(arguments: accepted)
    func accepts(_ text: String) throws {
        _ = try JSONValue(parsing: text)
    }

    @Test(arguments: rejected)
    func rejects(_ text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    /// Not valid UTF-8, in every place where a byte can be.
    static let broken: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE0, 0xA0],
        [0xED, 0xA0, 0x80],
        [0xED, 0xBF, 0xBF], [0xEF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80],
        [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xFF, 0xFE],
    ]

    @Test(arguments: broken)
    func rejectsInvalidUTF8(_ bytes: [UInt8]) {
        for (before, after) in [("\"", "\""), ("[\"a\",\n  \"é", "\"]"), ("", ""), ("{\"", "\":1}")] {
            let text = Array(before.utf8) + bytes + Array(after.utf8)
            do throws(JSONError) {
                _ = try JSONValue(parsing: text)
                Issue.record("accepted \(text)")
            } catch {
                #expect(error.reason == .invalidUTF8)
                #expect(error.offset == before.utf8.count)
            }
        }
    }

    /// The bytes after the text are not part of it, whatever they are.
    @Test(arguments: accepted + rejected)
    func doesNotReadPastTheEnd(_ text: String) {
        let alone = (try? JSONValue(parsing: text)).map(\.description)
        for tail in ["]", "0", "\"", "}", "1.5", "e5", "\\", ",1]", "null", "xxxxxxxx", "\u{7F}"] {
            let padding = String(repeating: tail, count: 64).utf8.prefix(JSON.paddingBytes)
            let bytes = Array(text.utf8) + padding
            let parser = JSONParser()
            let found = bytes.withUnsafeBytes { bytes in
                let document = try? parser.parse(UnsafeRawBufferPointer(rebasing: bytes[..<text.utf8.count]))
                return document?.withRoot { JSONValue($0).description }
            }
            #expect(found == alone, "followed by \(tail)")
        }
    }
}

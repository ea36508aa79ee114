internal import JSON
import Testing

/// What a broken text is told: why, and exactly where.
struct ErrorTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let text: String
        let reason: JSONError.Reason
        let offset: Int
        let line: Int
        let column: Int

        init(_ text: String, _ reason: JSONError.Reason, _ offset: Int, line: Int = 1, column: Int? = nil) {
            self.text = text
            self.reason = reason
            self.offset = offset
            self.line = line
            self.column = column ?? offset + 1
        }

        var testDescription: String { text }
    }

    static let cases = [
        Case("", .empty, 0),
        Case(" \n ", .empty, 3, line: 2, column: 2),
        Case("\u{FEFF}{}", .byteOrderMark, 0),
        Case("nope", .unknownWord, 0),
        Case("[true, fals]", .unknownWord, 7),
        Case("[1 2]", .expectedCommaInArray, 3),
        Case("[1,]", .expectedValue, 3),
        Case("[,]", .expectedValueOrEnd, 1),
        Case("[", .arrayNotClosed, 1),
        Case("[1", .arrayNotClosed, 2),
        Case("[1\n\n", .arrayNotClosed, 4, line: 3, column: 1),
        Case("[1,", .expectedValue, 3),
        Case("{", .objectNotClosed, 1),
        Case("{\"a\":1", .objectNotClosed, 6),
        Case("{\"a\":1,", .objectNotClosed, 7),
        Case("{\"a\":1 \"b\":2}", .expectedCommaInObject, 7),
        Case("{\"a\":1,}", .expectedKey, 7),
        Case("{a:1}", .expectedKeyOrEnd, 1),
        Case("{\"a\" 1}", .expectedColon, 5),
        Case("{\"a\"", .expectedColon, 4),
        Case("{\"a\":}", .expectedValue, 5),
        Case("{\"a\":1}\n{\"b\":2}", .textAfterValue, 8, line: 2, column: 1),
        Case("01", .leadingZero, 1),
        Case("-", .noDigitAfterMinus, 1),
        Case("[-x]", .noDigitAfterMinus, 2),
        Case("1.", .noDigitAfterPoint, 2),
        Case("[1.e5]", .noDigitAfterPoint, 3),
        Case("[1e+]", .noDigitInExponent, 4),
        Case("[0x10]", .invalidNumberEnd, 2),
        Case("[1.2.3]", .invalidNumberEnd, 4),
        Case("\"abc", .stringNotClosed, 0),
        Case("{\n  \"a\": \"b,\n}", .controlCharacterInString, 12, line: 2, column: 11),
        Case("{\"a\": \"b, \"c\": 1}", .expectedCommaInObject, 11),
        Case("[\"a\", \"b]", .stringNotClosed, 6),
        Case("[\"a\\\"]", .stringNotClosed, 1),
        Case("[1 2, \"\u{1}\"]", .expectedCommaInArray, 3),
        Case("[1, \"a\u{1}\" 2]", .controlCharacterInString, 6),
        Case("[\"a\tb\"]", .controlCharacterInString, 3),
        Case("[\"\\x\"]", .invalidEscape, 2),
        Case("[\"ab\\u12g4\"]", .invalidUnicodeEscape, 4),
        Case("[\\\"a\"]", .expectedValue, 1),
        Case("[é]", .expectedValue, 1),
        Case("{\n  \"é\": 1,\n  \"b\": tru\n}", .unknownWord, 20, line: 3, column: 8),
    ]

    @Test(arguments: cases)
    func position(_ expected: Case) {
        do throws(JSONError) {
            _ = try JSONValue(parsing: expected.text)
            Issue.record("accepted")
        } catch {
            #expect(error.reason == expected.reason)
            #expect(error.offset == expected.offset)
            #expect(error.line == expected.line)
            #expect(error.column == expected.column)
        }
    }

    @Test func describesItself() {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "{\n  \"a\": 1\n  \"b\": 2\n}") }
        #expect(error?.description == "line 3, column 3 (byte 13): expected ',' or '}' after a member")
    }

    @Test func depthIsLimited() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONValue(parsing: nested(JSONLimits.defaultDepth))
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: nested(JSONLimits.defaultDepth + 1)) }
        #expect(error?.reason == .tooDeep(limit: 256))
        #expect(error?.offset == 256)

        _ = try JSONValue(parsing: nested(1024), limits: JSONLimits(depth: 5000))
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(1025), limits: JSONLimits(depth: 5000)) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(1_000_000)) }

        _ = try JSONValue(parsing: "1", limits: JSONLimits(depth: 0))
        #expect(throws: JSONError.self) { try JSONValue(parsing: "[]", limits: JSONLimits(depth: 0)) }
        // Siblings are not depth.
        _ = try JSONValue(parsing: "[" + Array(repeating: "{}", count: 1000).joined(separator: ",") + "]")
    }

    @Test func sizeIsLimited() throws {
        _ = try JSONValue(parsing: "[1234]", limits: JSONLimits(bytes: 6))
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "[12345]", limits: JSONLimits(bytes: 6)) }
        #expect(error?.reason == .tooLong(limit: 6))
        #expect(error?.offset == 6)
    }

    @Test func aParserGoesOnAfterAnError() throws {
        let parser = JSONParser()
        for text in ["[1,", "\"", "{\"a\":[}"] {
            #expect(throws: JSONError.self) { try parser.parse(copying: text) }
            let document = try parser.parse(copying: "[1]")
            #expect(document.withRoot { $0.count } == 1)
        }
    }

    @Test func largeBuffersAreGivenBack() throws {
        let parser = JSONParser()
        let large = "[" + Array(repeating: "[0]", count: 1_000_000).joined(separator: ",") + "]"
        let document = try parser.parse(copying: large)
        #expect(document.root.count == 1_000_000)
        let held = parser.footprint
        parser.release()
        #expect(parser.footprint < held / 10)
        let small = try parser.parse(copying: "[1]")
        #expect(small.root[0]?.int == 1)
        let kept = parser.footprint
        parser.release()
        #expect(parser.footprint == kept)
    }
}

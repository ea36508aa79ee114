internal import JSON
import Testing

/// Numbers keep what was written, whatever a machine's types hold.
struct NumberTests {
    static let texts = [
        "0", "-0", "0.0", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
        "18446744073709551616", "123456789012345678901234567890",
        "0.1000000000000000055511151231257827021181583404541015625",
        "1e400", "-1E+400", "1e-400", "3.14159265358979323846264338327950288", "1.0", "100e-2",
        "1e99999999999999999999999",
    ]

    @Test(arguments: texts)
    func theTextIsKept(_ text: String) throws {
        let value = try JSONValue(parsing: "[\(text)]")
        #expect(value.description == "[\(text)]")
        #expect(value[0]?.number?.text == text)
        #expect(JSONNumber(text)?.text == text)
    }

    @Test func integersAreExactOrNil() throws {
        let expected: [(String, Int?)] = [
            ("0", 0), ("-0", 0), ("42", 42), ("-42", -42), ("9223372036854775807", .max), ("9223372036854775808", nil),
            ("-9223372036854775808", .min), ("-9223372036854775809", nil), ("18446744073709551616", nil),
            ("99999999999999999999999", nil), ("1.0", 1), ("1.5", nil), ("1e3", 1000), ("1.5e1", 15), ("100e-2", 1),
            ("101e-2", nil), ("9223372036854775807.0", .max), ("922337203685477580.8e1", nil),
            ("-9223372036854775808e0", .min),
            ("1e18", 1_000_000_000_000_000_000), ("1e19", nil), ("0e999999999999999999999", nil), ("0.0e5", 0),
            ("1e99999999999999999999", nil), ("10e-99999999999999999999", nil), ("-1.0", -1),
        ]
        for (text, int) in expected {
            let read = try JSONParser().parse(copying: text).withRoot { $0.int }
            #expect(read == int, "\(text)")
            #expect(JSONNumber(text)?.int == int, "\(text)")
        }
    }

    @Test func doublesAreTheNearest() throws {
        let expected: [(String, Double?)] = [
            ("0", 0), ("1.5", 1.5), ("0.1", 0.1), ("1e308", 1e308),
            ("1.7976931348623157e308", .greatestFiniteMagnitude),
            ("1e309", nil), ("-1e400", nil), ("5e-324", .leastNonzeroMagnitude), ("1e-400", 0),
            ("9007199254740993", 9_007_199_254_740_992),
            ("123456789012345678901234567890", 1.2345678901234568e29), ("0.30000000000000004", 0.30000000000000004),
            ("2.2250738585072011e-308", Double(bitPattern: 0x000F_FFFF_FFFF_FFFF)), ("1e99999999999999999999", nil),
        ]
        for (text, double) in expected {
            let read = try JSONParser().parse(copying: text).withRoot { $0.double }
            #expect(read == double, "\(text)")
            #expect(JSONNumber(text)?.double == double, "\(text)")
        }
        let negativeZero = try JSONParser().parse(copying: "-0").withRoot { $0.double }
        #expect(negativeZero?.sign == .minus)
    }

    @Test func equalityIsOfValues() {
        let equal = [
            ("1", "1.0"), ("1", "10e-1"), ("0", "-0.0"), ("0", "0e5"), ("1e3", "1000"), ("-1.50", "-1.5"),
            ("1E2", "1e+2"),
        ]
        for (left, right) in equal {
            #expect(JSONNumber(left) == JSONNumber(right))
            #expect(JSONNumber(left)?.hashValue == JSONNumber(right)?.hashValue)
        }
        let different = [
            ("1", "-1"), ("9007199254740992", "9007199254740993"), ("0.1", "0.1000000000000000055511151231257827"),
            ("1", "10"),
        ]
        for (left, right) in different { #expect(JSONNumber(left) != JSONNumber(right)) }
    }

    @Test(arguments: ["", "a", "1 ", " 1", "01", "+1", "1.", ".5", "1e", "NaN", "0x1", "1,2", "١"])
    func otherTextsAreNoNumbers(_ text: String) {
        #expect(JSONNumber(text) == nil)
    }

    @Test func fromSwift() {
        #expect(JSONNumber(UInt64.max).text == "18446744073709551615")
        #expect(JSONNumber(Int128.max).text == "170141183460469231731687303715884105727")
        #expect(JSONNumber(0.1)?.text == "0.1")
        #expect(JSONNumber(Double.infinity) == nil)
        #expect(JSONNumber(Double.nan) == nil)
        #expect(JSONValue.double(.nan) == .null)
    }
}

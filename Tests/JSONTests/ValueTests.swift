internal import JSON
import Testing

/// Values of our own: built, changed, compared.
struct ValueTests {
    @Test func literals() throws {
        let built: JSONValue = ["a": 1, "b": [true, .null, 2.5, "x"], "c": [:]]
        #expect(try built == JSONValue(parsing: #"{"a":1,"b":[true,null,2.5,"x"],"c":{}}"#))
        #expect(built["b"]?[3]?.string == "x")
        #expect(built["b"]?[1]?.isNull == true)
        #expect(built["b"]?[9] == nil)
        #expect(built["c"]?.object?.isEmpty == true)
        #expect(built["x"] == nil)
    }

    @Test func members() {
        var value: JSONValue = ["a": 1, "b": 2]
        value["b"] = 3
        value["c"] = "new"
        value["a"] = nil
        #expect(value.description == #"{"b":3,"c":"new"}"#)
        value["c"]?["d"] = true
        #expect(value.description == #"{"b":3,"c":{"d":true}}"#)
        #expect(value.object?.keys == ["b", "c"])
    }

    @Test func settingAKeyThatIsThereTwiceLeavesOne() throws {
        var value = try JSONValue(parsing: #"{"a":1,"b":2,"a":3,"c":4}"#)
        value["a"] = 9
        #expect(value.description == #"{"b":2,"a":9,"c":4}"#)
    }

    @Test func equality() throws {
        func parsed(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }
        #expect(try parsed(#"{"a":1,"b":2}"#) == parsed(#"{"b":2,"a":1.0}"#))
        #expect(try parsed(#"{"a":1,"a":2}"#) != parsed(#"{"a":2,"a":1}"#))
        #expect(try parsed(#"{"a":1,"b":0,"a":2}"#) == parsed(#"{"b":0,"a":1,"a":2}"#))
        #expect(try parsed(#"{"a":1}"#) != parsed(#"{"a":1,"b":2}"#))
        #expect(try parsed("[1,2]") != parsed("[2,1]"))
        #expect(try parsed("[]") != parsed("{}"))
        #expect(try parsed("1") != parsed("\"1\""))
        #expect(try parsed("null") != parsed("false"))
    }
}

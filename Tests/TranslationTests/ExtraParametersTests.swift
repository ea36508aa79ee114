import JSON
import Testing
import Translation

/// Members that a configuration adds to a request.
@Suite struct ExtraParametersTests {
    @Test(
        arguments: [
            (#"{}"#, #"{"a":1}"#, #"{"a":1}"#), (#"{"b":2}"#, #"{"a":1}"#, #"{"a":1,"b":2}"#),
            (#"{"a":2}"#, #"{"a":1}"#, #"{"a":2}"#), (#"{"a":null}"#, #"{"a":1}"#, #"{"a":null}"#),
            (
                #"{"g":{"x":1},"b":[{}]}"#, #"{"g":{"x":9,"y":2},"z":{"q":[1]}}"#,
                #"{"z":{"q":[1]},"g":{"y":2,"x":1},"b":[{}]}"#
            ),
            (#"{"g":[1]}"#, #"{"g":{"y":2}}"#, #"{"g":[1]}"#),
            (#" { "m" : {} }"#, #"{"m":{"k":"v"}}"#, #" { "m" : {"k":"v"} }"#),
            (#"{"b":2}"#, #"{}"#, #"{"b":2}"#),
        ])
    func theRequestsOwnWordCounts(_ body: String, _ parameters: String, _ expected: String) throws {
        let object = try #require(try JSONValue(parsing: parameters).object)
        var bytes = Array(body.utf8)
        let insertions = try JSONParser().parse(copying: body).withRoot { ExtraParameters.insertions(object, into: $0) }
        for insertion in insertions.reversed() { bytes.insert(contentsOf: insertion.bytes, at: insertion.place) }
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }

    @Test func ofTwoTheFirstCounts() throws {
        let first = try JSONValue(parsing: #"{"a":1,"o":{"x":1},"k":5}"#).object
        let second = try JSONValue(parsing: #"{"a":2,"b":3,"o":{"x":2,"y":3},"k":{"z":1}}"#).object
        let both = try JSONValue(parsing: #"{"a":1,"b":3,"o":{"x":1,"y":3},"k":5}"#).object
        #expect(ExtraParameters.joined(first, second) == both)
        #expect(ExtraParameters.joined(nil, nil) == nil)
    }
}

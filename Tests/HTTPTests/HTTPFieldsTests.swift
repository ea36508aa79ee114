import HTTP
import LinuxSystem
import TestSupport
import Testing

@Suite struct HTTPFieldsTests {
    @Test func namesAreFoundInAnyCaseAndKeepTheirOwn() {
        var fields: HTTPFields = ["Content-Type": "text/plain", "X-A": "1", "x-a": "2"]
        #expect(fields["CONTENT-TYPE"] == "text/plain")
        #expect(fields["x-a"] == "1")
        #expect(fields.values("X-a") == ["1", "2"])
        #expect(fields.list.map(\.name) == ["Content-Type", "X-A", "x-a"])
        fields.set("X-A", "3")
        #expect(fields.values("x-a") == ["3"])
        fields.remove("content-type")
        #expect(!fields.contains("Content-Type") && fields["content-type"] == nil)
        fields.remove { $0.elementsEqual("X-A".utf8) }
        #expect(fields.isEmpty && fields.list.isEmpty)
    }

    @Test(arguments: ["a\r\nEvil: 1", "a\nEvil: 1", "a\rEvil: 1", "a\u{0}Evil: 1"])
    func aValueCannotBeginAnotherField(value: String) {
        var fields = HTTPFields()
        fields.append("X", value)
        #expect(fields["X"] == "a")
    }

    @Test func wordsOfALonelyListAreFound() {
        let fields: HTTPFields = ["Connection": "Keep-Alive , x", "Connection": "UPGRADE"]
        #expect(fields.lists("keep-alive", in: "connection"))
        #expect(fields.lists("upgrade", in: "connection"))
        #expect(!fields.lists("keep", in: "connection"))
    }

    @Test func aFoldedValueGoesOnTheLastField() {
        var fields: HTTPFields = ["X": "a"]
        Array("b".utf8).withUnsafeBytes { fields.extendLast($0) }
        #expect(fields["X"] == "a b")
        var none = HTTPFields()
        Array("b".utf8).withUnsafeBytes { none.extendLast($0) }
        #expect(none.isEmpty)
    }

    @Test(arguments: UInt64(1)...20)
    func agreesWithAListOfPairs(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var fields = HTTPFields()
        var model: [(name: String, value: String)] = []
        let names = ["a", "A", "bb", "Bb", "ccc", "x-y"]
        for step in 0..<300 {
            let name = names.randomElement(using: &random)!
            switch Int.random(in: 0..<6, using: &random) {
            case 0..<3:
                fields.append(name, "\(step)")
                model.append((name, "\(step)"))
            case 3:
                fields.set(name, "set")
                model.removeAll { $0.name.lowercased() == name.lowercased() }
                model.append((name, "set"))
            case 4:
                fields.remove(name)
                model.removeAll { $0.name.lowercased() == name.lowercased() }
            default:
                fields.remove { $0.count == 3 }
                model.removeAll { $0.name.utf8.count == 3 }
            }
            #expect(fields.list.elementsEqual(model) { $0.name == $1.name && $0.value == $1.value })
            #expect(fields[name] == model.first { $0.name.lowercased() == name.lowercased() }?.value)
        }
    }
}

@Suite struct ResponseEncoderTests {
    private func encode(
        _ head: ResponseHead, _ framing: ResponseEncoder.Framing, closes: Bool = false, isHTTP10: Bool = false
    ) -> String {
        let buffer = ByteBuffer()
        ResponseEncoder.encode(head, framing: framing, closes: closes, isHTTP10: isHTTP10, date: "D", into: buffer)
        return String(decoding: buffer.readable, as: UTF8.self)
    }

    @Test func headsAreWrittenToTheByte() {
        let head = ResponseHead(status: 200, fields: ["A": "1", "B": ""])
        let start = "HTTP/1.1 200 OK\r\nA: 1\r\nB: \r\nDate: D\r\n"
        #expect(encode(head, .counted(12)) == start + "Content-Length: 12\r\n\r\n")
        #expect(encode(head, .chunked) == start + "Transfer-Encoding: chunked\r\n\r\n")
        #expect(encode(head, .none) == start + "\r\n")
        #expect(encode(head, .untilClose, closes: true, isHTTP10: true) == start + "Connection: close\r\n\r\n")
        #expect(
            encode(head, .counted(0), isHTTP10: true) == start + "Content-Length: 0\r\nConnection: keep-alive\r\n\r\n")
        #expect(
            encode(ResponseHead(status: 418, fields: ["date": "own"]), .none)
                == "HTTP/1.1 418 Status\r\ndate: own\r\n\r\n")
    }

    @Test func chunkSizesAreHexadecimal() {
        for count in [1, 9, 10, 15, 16, 255, 256, 65_535, 1 << 32, Int.max] {
            var scratch = [UInt8](repeating: 0, count: 24)
            let line = scratch.withUnsafeMutableBytes { Array(ResponseEncoder.chunkSizeLine(count, into: $0)) }
            #expect(String(decoding: line, as: UTF8.self) == String(count, radix: 16) + "\r\n")
        }
    }

    @Test(arguments: [(100, true), (199, true), (200, false), (204, true), (205, false), (304, true), (404, false)])
    func someAnswersHaveNoBody(status: Int, hasNone: Bool) { #expect(ResponseHead.hasNoBody(status) == hasNone) }
}

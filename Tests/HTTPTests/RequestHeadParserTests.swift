import HTTP
import TestSupport
import Testing

@Suite struct RequestHeadParserTests {
    private static func parse(_ bytes: [UInt8], limit: Int = 65_536) -> RequestHeadParser.Outcome {
        var parser = RequestHeadParser(bytesMax: limit)
        return bytes.withUnsafeBytes { parser.parse($0) }
    }

    /// An outcome as something that can be compared.
    private static func describe(_ outcome: RequestHeadParser.Outcome) -> String {
        switch outcome {
        case .incomplete: "incomplete"
        case .refused(let refusal): "\(refusal.status) \(refusal.reason)"
        case .complete(let head, let used):
            "\(used) \(head.method) \(head.target) \(head.body) \(head.keepsAlive) \(head.expectsContinue) \(head.isHTTP10) "
                + head.fields.list.map { "\($0.name)=\($0.value)" }.joined(separator: "|")
        }
    }

    // MARK: Accepted

    struct Accepted: CustomTestStringConvertible, Sendable {
        let text: String
        var method = "GET"
        var target = "/"
        var body = RequestHead.Body.none
        var keepsAlive = true
        var expectsContinue = false
        var testDescription: String { text.debugDescription }
    }

    static let accepted: [Accepted] = [
        .init(text: "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init(text: "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init(text: "GET / HTTP/1.1\r\nhOsT:a\r\n\r\n"),
        .init(text: "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        .init(text: "GET / HTTP/1.1\r\nHost: \t a \t \r\n\r\n"),
        .init(text: "GET /a?b=c&d=%20/e HTTP/1.1\r\nHost: a\r\n\r\n", target: "/a?b=c&d=%20/e"),
        .init(text: "GET /../..//x HTTP/1.1\r\nHost: a\r\n\r\n", target: "/../..//x"),
        .init(text: "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", method: "OPTIONS", target: "*"),
        .init(text: "GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n", target: "/b"),
        .init(text: "GET HTTPS://a:1/b?c HTTP/1.1\r\nHost: A:1\r\n\r\n", target: "/b?c"),
        .init(text: "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", target: "/"),
        .init(text: "GET http://a?b/c HTTP/1.1\r\nHost: a\r\n\r\n", target: "/?b/c"),
        .init(text: "M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n", method: "M-SEARCH"),
        .init(text: "get / HTTP/1.1\r\nHost: a\r\n\r\n", method: "get"),
        .init(text: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", method: "POST", body: .counted(5)),
        .init(text: "POST / HTTP/1.1\r\nHost: a\r\ncontent-length:0\r\n\r\n", method: "POST"),
        .init(text: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 007\r\n\r\n", method: "POST", body: .counted(7)),
        .init(
            text: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999999999\r\n\r\n", method: "POST",
            body: .counted(999_999_999_999_999_999)),
        .init(text: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", method: "POST", body: .chunked),
        .init(
            text: "POST / HTTP/1.1\r\nHost: a\r\nTRANSFER-ENCODING: \tChunked\t\r\n\r\n", method: "POST", body: .chunked
        ),
        .init(text: "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", keepsAlive: false),
        .init(text: "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE ,y\r\n\r\n", keepsAlive: false),
        .init(
            text: "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", keepsAlive: false),
        .init(text: "GET / HTTP/1.1\r\nHost: a\r\nConnection: closed\r\n\r\n"),
        .init(text: "GET / HTTP/1.0\r\n\r\n", keepsAlive: false),
        .init(text: "GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n", keepsAlive: true),
        .init(text: "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", keepsAlive: false),
        .init(
            text: "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n", method: "POST",
            body: .counted(1), expectsContinue: true),
        .init(
            text: "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n",
            method: "POST",
            body: .chunked, expectsContinue: true),
        .init(text: "GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n"),
        .init(
            text: "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", method: "POST",
            body: .counted(1),
            keepsAlive: false),
        .init(text: "GET / HTTP/1.1\r\nHost: a\r\nX: \u{e9}\u{1f600}\tb\r\n\r\n"),
        .init(text: "GET / HTTP/1.1\r\nHost: a\r\nX:::\r\n\r\n"),
        .init(text: "GET / HTTP/1.1\r\nHost: a\r\n!#$%&'*+-.^_`|~09azAZ: x\r\n\r\n"),
    ]

    @Test(arguments: accepted) func accepts(_ example: Accepted) throws {
        let bytes = Array(example.text.utf8)
        guard case .complete(let head, let used) = Self.parse(bytes + Array("rest".utf8)) else {
            Issue.record("\(Self.describe(Self.parse(bytes)))")
            return
        }
        #expect(used == bytes.count)
        #expect(head.method == example.method)
        #expect(head.target == example.target)
        #expect(head.body == example.body)
        #expect(head.keepsAlive == example.keepsAlive)
        #expect(head.expectsContinue == example.expectsContinue)
    }

    // MARK: Refused

    /// In the place of a header line of a request that is good otherwise.
    static let badLines: [String] = [
        // Where the body ends.
        "Content-Length: 5\r\nContent-Length: 5", "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5\r\ncontent-length: 5", "Content-Length: 0\r\nContent-Length: 0",
        "Content-Length: 5\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Transfer-Encoding: chunked\r\nContent-Length: 0", "Content-Length: 5, 5", "Content-Length: 5,6",
        "Content-Length:", "Content-Length: ", "Content-Length: -1", "Content-Length: +1", "Content-Length: 1 1",
        "Content-Length: 1;", "Content-Length: 0x10", "Content-Length: 1e3", "Content-Length: 1.0",
        "Content-Length: 9999999999999999999", "Content-Length: 1000000000000000000000000", "Content-Length: a",
        "Content-Length: \u{661}", "Content-Length: \"5\"", "Content-Length: 5\u{a0}",
        "Transfer-Encoding:", "Transfer-Encoding: identity", "Transfer-Encoding: gzip",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: identity, chunked",
        "Transfer-Encoding: chunked;q=1", "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked,",
        "Transfer-Encoding: ,chunked", "Transfer-Encoding: \"chunked\"", "Transfer-Encoding: 'chunked'",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: \u{b}chunked", "Transfer-Encoding: chunked\u{b}", "Transfer-Encoding: \u{c}chunked",
        "Transfer-Encoding: chunk\u{212a}ed", "Transfer-Encoding: chunKed\u{0}",
        // Names.
        "Content-Length : 5", "Content-Length\t: 5", "Transfer-Encoding : chunked", "Transfer-Encoding\u{b}: chunked",
        ": 5", "X", "X Y: 1", "X\u{0}: 1", "X\u{7f}: 1", "\u{e9}: 1", "X(: 1", "X/: 1", "X@: 1", "\"X\": 1", "X,Y: 1",
        "[X]: 1", "X=: 1",
        // Folding.
        "X: 1\r\n 2", "X: 1\r\n\t2", " X: 1", "\tX: 1", "X: 1\r\n Content-Length: 5", "X:\r\n 1",
        // Control characters and line ends.
        "X: a\u{0}b", "X: a\u{1}b", "X: a\u{8}", "X: a\u{b}", "X: a\u{1b}[0m", "X: a\u{7f}", "X: a\rb", "X: a\r\rb",
        "X: a\r",
        "X: a\nY: b", "X: a\n", "\nX: a", "X: a\rContent-Length: 5", "X: a\n\rY: b",
        // For whom.
        "Host: b", "HOST: a", "host:",
        "Expect: 200-ok", "Expect: 100-continue, x", "Expect:",
    ]

    @Test(arguments: badLines) func refusesTheLine(_ line: String) {
        let bytes = Array("POST / HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\n".utf8)
        guard case .refused(let refusal) = Self.parse(bytes) else {
            Issue.record("accepted")
            return
        }
        #expect(refusal.status == (line.hasPrefix("Expect") ? 417 : 400))
        #expect(!refusal.reason.isEmpty)
    }

    static let badHeads: [(String, Int)] = [
        ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nX: Host\r\n\r\n", 400),
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400), (" GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET / /b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /\r\n\r\n", 400), ("GET\r\n\r\n", 400), ("GET / \r\nHost: a\r\n\r\n", 400),
        ("GET  HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GE(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET: / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("G\u{e9}T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET ?a HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET http://a@b/ HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET ** HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /\u{0} HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /\u{7f} HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /\t HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /a\rb HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", 505), ("GET / HTTP/1.1\nHost: a\r\n\r\n", 400),
        ("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("\r\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\n\n", 400),
        ("GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505), ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        ("GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505), ("GET / HTTP/1.10\r\nHost: a\r\n\r\n", 505),
        ("GET / http/1.1\r\nHost: a\r\n\r\n", 505), ("GET / HTTP/1\r\nHost: a\r\n\r\n", 505),
        ("GET / HTTP/ 1.1\r\nHost: a\r\n\r\n", 400), ("GET / HTTP/1.1x\r\nHost: a\r\n\r\n", 505),
        ("GET / XTTP/1.1\r\nHost: a\r\n\r\n", 400), ("PRI * HTTP/2.0\r\n\r\n", 505),
        ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400), ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400), ("\u{16}\u{3}\u{1}\u{2}\u{0}\n", 400),
    ]

    @Test(arguments: badHeads) func refusesTheHead(_ text: String, status: Int) {
        guard case .refused(let refusal) = Self.parse(Array(text.utf8)) else {
            Issue.record("accepted \(Self.describe(Self.parse(Array(text.utf8))))")
            return
        }
        #expect(refusal.status == status)
    }

    // MARK: Pieces

    /// However the bytes arrive, the outcome is that of the whole.
    @Test func everySplitGivesTheSameResult() {
        let good = Self.accepted.map(\.text)
        let bad =
            Self.badHeads.map(\.0) + Self.badLines.prefix(40).map { "POST / HTTP/1.1\r\nHost: a\r\n\($0)\r\n\r\n" }
        for text in good + bad {
            let bytes = Array(text.utf8)
            let whole = Self.describe(Self.parse(bytes))
            for first in 0...bytes.count {
                #expect(
                    Self.describe(Self.parse(bytes, splits: [first])) == whole, "\(text.debugDescription) at \(first)")
            }
            #expect(Self.describe(Self.parse(bytes, splits: Array(0...bytes.count))) == whole)
        }
    }

    private static func parse(_ bytes: [UInt8], splits: [Int]) -> RequestHeadParser.Outcome {
        var parser = RequestHeadParser(bytesMax: 65_536)
        for end in splits {
            let outcome = Array(bytes[..<end]).withUnsafeBytes { parser.parse($0) }
            if case .incomplete = outcome { continue }
            return outcome
        }
        return bytes.withUnsafeBytes { parser.parse($0) }
    }

    @Test func afterAResetTheNextRequestIsRead() {
        var parser = RequestHeadParser(bytesMax: 1000)
        let bytes = Array("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        guard case .complete(let first, let used) = bytes.withUnsafeBytes({ parser.parse($0) }) else {
            Issue.record("not complete")
            return
        }
        parser.reset()
        guard case .complete(let second, _) = Array(bytes[used...]).withUnsafeBytes({ parser.parse($0) }) else {
            Issue.record("not complete")
            return
        }
        #expect(first.target == "/1" && second.target == "/2")
    }

    // MARK: Limits

    @Test func theLimitHoldsToTheByteAndInPieces() {
        let start = "GET / HTTP/1.1\r\nHost: a\r\nX: "
        let exact = Array((start + String(repeating: "x", count: 200 - start.utf8.count - 4) + "\r\n\r\n").utf8)
        #expect(exact.count == 200)
        #expect(Self.describe(Self.parse(exact, limit: 200)).hasPrefix("200 GET"))
        #expect(Self.describe(Self.parse(exact, limit: 199)).hasPrefix("431"))
        var parser = RequestHeadParser(bytesMax: 199)
        for count in 0..<199 {
            guard case .incomplete = Array(exact[..<count]).withUnsafeBytes({ parser.parse($0) }) else {
                Issue.record("refused at \(count)")
                return
            }
        }
        #expect(Self.describe(Array(exact[..<199]).withUnsafeBytes { parser.parse($0) }).hasPrefix("431"))
    }

    @Test func endlessEmptyLinesAreNotAHead() {
        let bytes = [UInt8](repeating: 0x0d, count: 0) + (0..<200).flatMap { _ in [UInt8(0x0d), 0x0a] }
        #expect(Self.describe(Self.parse(bytes, limit: 300)).hasPrefix("431"))
    }

    @Test func aNameOfAHundredThousandBytesIsOnlyLong() {
        let name = String(repeating: "n", count: 100_000)
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\n\(name): v\r\n\r\n".utf8)
        guard case .complete(let head, _) = Self.parse(bytes, limit: 1 << 20) else {
            Issue.record("not accepted")
            return
        }
        #expect(head.fields[name] == "v")
    }

    @Test func manyFieldsKeepTheirOrder() {
        let lines = (0..<500).map { "X-\($0): \($0)" }.joined(separator: "\r\n")
        guard case .complete(let head, _) = Self.parse(Array("GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n".utf8))
        else {
            Issue.record("not accepted")
            return
        }
        #expect(head.fields.list.dropFirst().map(\.name) == (0..<500).map { "X-\($0)" })
        #expect(head.fields["x-499"] == "499")
    }

    @Test func pathAndQueryAreCutAtTheFirstQuestionMark() {
        let head = RequestHead(method: "GET", target: "/a/b?c=d?e")
        #expect(head.path == "/a/b")
        #expect(head.query == "c=d?e")
        #expect(RequestHead(method: "GET", target: "/a").query == nil)
    }
}

import HTTP
import Testing

@Suite struct ResponseHeadParserTests {
    private func parse(_ text: String, answersHead: Bool = false, bytesMax: Int = 4096) -> ResponseHeadParser.Outcome {
        var parser = ResponseHeadParser(bytesMax: bytesMax)
        parser.reset(bytesMax: bytesMax, answersHead: answersHead)
        return Array(text.utf8).withUnsafeBytes { parser.parse($0) }
    }

    private func describe(_ outcome: ResponseHeadParser.Outcome) -> String {
        switch outcome {
        case .incomplete: return "incomplete"
        // The words may show more of what came when more has come.
        case .malformed: return "malformed"
        case .complete(let answer, let used):
            let fields = answer.head.fields.list.map { "\($0.name)=\($0.value)" }.joined(separator: "|")
            return "\(used) \(answer.head.status) \(fields) \(answer.body) \(answer.keepsAlive) \(answer.coding)"
        }
    }

    typealias Body = ResponseHeadParser.Body

    static let good: [(String, Int, Body, Bool)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, .counted(5), true),
        ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", 200, .counted(0), true),
        ("HTTP/1.1 529 \r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", 529, .counted(5), true),
        ("HTTP/1.1 200 OK\r\nTRANSFER-encoding: Chunked\r\n\r\n", 200, .chunked, true),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 7\r\n\r\n", 200, .chunked, false),
        ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n", 200, .chunked, false),
        ("HTTP/1.1 200 OK\r\n\r\n", 200, .untilClose, false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: x, Close\r\n\r\n", 200, .counted(1), false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", 200, .counted(1), false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: Keep-Alive\r\n\r\n", 200, .counted(1), true),
        ("HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n", 204, .none, true),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, .none, true),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nContent-Length: 4\r\n\r\nHTTP/1.1 201 x\r\nContent-Length: 2\r\n\r\n",
            201, .counted(2), true
        ),
        ("HTTP/1.1 200 OK\r\nX : a\r\nY: b\r\n\t c \r\nContent-Length: 1\r\n\r\n", 200, .counted(1), true),
    ]

    @Test(arguments: good) func goodHeads(text: String, status: Int, body: Body, keepsAlive: Bool) {
        guard case .complete(let answer, let used) = parse(text + "rest") else {
            Issue.record("not taken: \(describe(parse(text)))")
            return
        }
        #expect(used == text.utf8.count)
        #expect(answer.head.status == status && answer.body == body && answer.keepsAlive == keepsAlive)
    }

    static let bad: [(String, String)] = [
        ("SSH-2.0-OpenSSH", "SSH-2.0"), ("\u{1}\u{2}", #"\x01\x02"#), ("\r\n\r\n", #"\x0d\x0a"#),
        ("http/1.1 200 OK\r\n", "http/1.1"),
        ("HTTP/2.0 200 OK\r\n", "status line"), ("HTTP/1.1 abc\r\n", "status line"), ("HTTP/1.1 99\r\n", "status line"),
        ("HTTP/1.1 2000 OK\r\n", "status line"), ("HTTP/1.1  200 OK\r\n", "status line"),
        ("HTTP/1.1 -20 OK\r\n", "status line"),
        ("HTTP/1.1 099 OK\r\n", "status line"), ("HTTP/1.2 200 OK\r\n", "status line"),
        ("HTTP/1.1 200 OK\n", "bare line feed"), ("HTTP/1.1 200 OK\r\nA: b\n\r\n", "bare line feed"),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n", "protocol"),
        ("HTTP/1.1 200 OK\r\nno colon\r\n", "no colon"), ("HTTP/1.1 200 OK\r\n: v\r\n", "not allowed"),
        ("HTTP/1.1 200 OK\r\na b: v\r\n", "not allowed"), ("HTTP/1.1 200 OK\r\na: \u{0}\r\n\r\n", "not allowed"),
        ("HTTP/1.1 200 OK\r\na: x\ry\r\n\r\n", "not allowed"), ("HTTP/1.1 200 OK\r\n folded\r\n", "folded"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n 2\r\n", "folded"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n", "two lengths"),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n", "plain number"),
        ("HTTP/1.1 200 OK\r\nContent-Length:\r\n", "plain number"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n", "plain number"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n", "plain number"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n", "gzip, chunked"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding"),
        ("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\n", "br"),
        ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\n", "gzip"),
    ]

    @Test(arguments: bad) func badHeadsSayWhatIsWrong(text: String, reason: String) {
        guard case .malformed(let said) = parse(text) else {
            Issue.record("taken: \(describe(parse(text)))")
            return
        }
        #expect(said.contains(reason), "\(said)")
    }

    @Test(arguments: good.map(\.0) + bad.map(\.0)) func piecesMakeNoDifference(text: String) {
        let bytes = Array((text + "xyz").utf8)
        let whole = describe(parse(text + "xyz"))
        for split in 0...bytes.count {
            var parser = ResponseHeadParser(bytesMax: 4096)
            bytes.withUnsafeBytes { all in
                var outcome = parser.parse(UnsafeRawBufferPointer(rebasing: all[..<split]))
                if case .incomplete = outcome { outcome = parser.parse(all) }
                #expect(describe(outcome) == whole, "split at \(split)")
            }
        }
    }

    @Test func theLimitCountsEverything() {
        let head = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n"
        let count = head.utf8.count
        #expect(describe(parse(head, bytesMax: count)).hasPrefix("\(count) 200"))
        guard case .malformed(let reason) = parse(head, bytesMax: count - 1) else { return #expect(Bool(false)) }
        #expect(reason == "the header fields of the answer are larger than \(count - 1) bytes")
    }

    @Test func anAnswerToHeadHasNoBody() {
        let outcome = parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", answersHead: true)
        #expect(describe(outcome).contains("Content-Length=5 none true"))
    }

    @Test func whatIsUnpackedLosesItsCoding() {
        let outcome = parse("HTTP/1.1 200 OK\r\ncontent-encoding: X-GZIP\r\nContent-Length: 5\r\nA: b\r\n\r\n")
        #expect(describe(outcome).hasSuffix("200 A=b counted(5) true gzip"))
    }
}

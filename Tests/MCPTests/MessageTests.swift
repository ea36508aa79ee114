import JSON
import MCP
import Testing

@Suite struct MessageTests {
    @Test(arguments: [
        "5", "\"x\"", "null", "{}", #"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, #"{"id":1,"method":"ping"}"#,
        #"{"jsonrpc":"2.0","id":1}"#, #"{"jsonrpc":"2.0","id":1,"method":5}"#,
        #"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, #"{"jsonrpc":"2.0","id":1,"result":1,"error":{}}"#,
        #"{"jsonrpc":"2.0","id":{},"method":"ping"}"#,
    ])
    func `What is no message is refused, with the id if it can be read`(_ text: String) throws {
        let peer = Peer.session()
        let answer = try #require(peer.receive(bytes: Array(text.utf8)).first)
        guard case .send(let response) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(response["error"]?["code"]?.int == -32600)
        #expect(response["id"] == (text.contains(#""id":1"#) ? 1 : .null))
    }

    @Test func `What is no JSON is refused, and the next message is answered`() {
        let peer = Peer.session()
        for text in ["{", "", "{\"a\":}", "\u{1}"] {
            guard case .send(let response)? = peer.receive(bytes: Array(text.utf8)).first else {
                Issue.record("no answer to \(text)")
                return
            }
            #expect(response["error"]?["code"]?.int == -32700)
            #expect(response["id"]?.isNull == true)
        }
        #expect(peer.answer(Peer.request(1, "ping")) != nil)
    }

    @Test func `Answers to what was never asked, and notifications that mean nothing, are let go`() {
        let peer = Peer.session()
        for message in [
            ["jsonrpc": "2.0", "id": 5, "result": [:]], ["jsonrpc": "2.0", "id": 5, "error": ["code": 1]],
            ["jsonrpc": "2.0", "id": .null, "error": ["code": 1]], ["jsonrpc": "2.0", "error": ["code": 1]],
            Peer.notification("notifications/roots/list_changed"), Peer.notification("nonsense"),
            Peer.notification("notifications/cancelled"),
            Peer.notification("notifications/cancelled", ["requestId": [1]]),
        ] as [JSONValue] {
            #expect(peer.receive(message) == [], "\(message)")
        }
    }

    // MARK: Lines

    private func lines(_ parts: [String], bytesMax: Int = 1 << 20) -> [String] {
        var lines = RPCLines(bytesMax: bytesMax)
        var found: [RPCLines.Line] = []
        for part in parts { found += lines.take(Array(part.utf8)) }
        if let last = lines.end() { found.append(last) }
        return found.map { line in
            switch line {
            case .text(let bytes): String(decoding: bytes, as: UTF8.self)
            case .tooLong(_): "(too long)"
            }
        }
    }

    @Test func `Lines come whole, however they are cut`() {
        let text = "one\ntwo\r\n\n \n\u{e9}\nlast"
        let whole = lines([text])
        #expect(whole == ["one", "two", "\u{e9}", "last"])
        for cut in 0...text.utf8.count {
            let bytes = Array(text.utf8)
            var split = RPCLines()
            var found: [RPCLines.Line] = []
            found += split.take(Array(bytes[..<cut]))
            found += split.take(Array(bytes[cut...]))
            if let last = split.end() { found.append(last) }
            #expect(found == whole.map { .text(Array($0.utf8)) }, "cut at \(cut)")
        }
    }

    @Test func `A line without end is let go, and the next one is read`() {
        #expect(lines(["aaaa", "aaaa", "a\nbbbb\nccccccccc\n"], bytesMax: 8) == ["(too long)", "bbbb", "(too long)"])
        #expect(lines(["aaaaaaaa\n"], bytesMax: 8) == ["aaaaaaaa"])
    }
}

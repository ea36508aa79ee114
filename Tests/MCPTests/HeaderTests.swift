import JSON
import MCP
import Testing

/// http-header-validation: what the fields of a POST say, and its body.
@Suite struct HeaderTests {
    private func judge(
        _ body: JSONValue, version: [String] = [], method: [String] = [], name: [String] = [], session: String? = nil
    ) -> MCPHeaders.Verdict {
        MCPHeaders(version: version, method: method, name: name, session: session).judge(body)
    }

    private func code(_ verdict: MCPHeaders.Verdict) -> Int? {
        if case .refused(400, let fault) = verdict { fault.error.code.rawValue } else { nil }
    }

    private let now = ["2026-07-28"]
    private let list = Peer.alone(1, "tools/list")
    private let call = Peer.alone(1, "tools/call", ["name": "Look"])

    @Test func `Fields that say what the body says`() {
        #expect(judge(list, version: now, method: ["tools/list"]) == .alone)
        #expect(judge(call, version: now, method: ["tools/call"], name: ["Look"]) == .alone)
        #expect(judge(call, version: now, method: ["tools/call"], name: ["=?base64?TG9vaw==?="]) == .alone)
        #expect(judge(Peer.notification("notifications/cancelled"), version: now) == .acknowledged)
    }

    @Test func `Fields that are missing, doubled, or say something else`() {
        for (verdict, what) in [
            (judge(list, method: ["tools/list"]), "no version"),
            (judge(list, version: now), "no method"),
            (judge(list, version: now, method: ["tools/call"]), "another method"),
            (judge(list, version: now, method: ["TOOLS/LIST"]), "case counts"),
            (judge(list, version: now + now, method: ["tools/list"]), "two versions"),
            (judge(list, version: now, method: ["tools/list", "tools/list"]), "two methods"),
            (judge(call, version: now, method: ["tools/call"]), "no name"),
            (judge(call, version: now, method: ["tools/call"], name: ["Act"]), "another name"),
            (judge(call, version: now, method: ["tools/call"], name: ["=?base64?TG9vaw=?="]), "a broken name"),
            (
                judge(call, version: now, method: ["tools/call"], name: ["=?base64?TG9vax==?="]),
                "another way to write it"
            ),
        ] {
            #expect(code(verdict) == -32020, "\(what)")
        }
        let other = Peer.alone(1, "tools/list", meta: [MCPRequestContext.Key.version: "2027-01-01"])
        #expect(code(judge(other, version: now, method: ["tools/list"])) == -32020, "field and body")
    }

    @Test func `What is no request of that version`() {
        #expect(code(judge(Peer.request(1, "tools/list"), version: now, method: ["tools/list"])) == -32602)
        #expect(code(judge([list], version: now)) == -32600)
        #expect(code(judge(["jsonrpc": "2.0", "id": 1, "result": [:]], version: now)) == -32600)
        #expect(code(judge(list, version: ["2027-01-01"])) == -32022)
        #expect(code(judge(Peer.request(1, "ping"), version: ["nonsense"], session: "s")) == -32022)
    }

    @Test func `server-session-lifecycle: opening, belonging, and being told to open`() {
        #expect(judge(Peer.opening("2025-11-25")) == .opening)
        #expect(judge(Peer.opening("2025-11-25"), version: ["2025-11-25"]) == .opening)
        #expect(judge(Peer.request(1, "ping"), session: "s") == .inSession("s"))
        #expect(judge([Peer.request(1, "ping")], version: ["2025-03-26"], session: "s") == .inSession("s"))
        #expect(code(judge(Peer.request(1, "ping"), version: ["2025-11-25"])) == -32600)
        #expect(code(judge(Peer.request(1, "ping"))) == -32600)
    }

    @Test func `The status of an answer`() {
        func status(_ code: RPCError.Code, alone: Bool = true) -> Int {
            MCPHeaders.status(of: RPCError(code, "").response(to: nil), alone: alone)
        }
        #expect(status(.unknownMethod) == 404)
        #expect(status(.invalidParameters) == 400)
        #expect(status(.unsupportedVersion) == 400)
        #expect(status(.internalError) == 200)
        #expect(status(.unknownMethod, alone: false) == 200)
        #expect(MCPHeaders.status(of: ["result": [:]], alone: true) == 200)
    }

    @Test func `Text in fields`() {
        #expect(MCPHeaderText.decode("plain") == "plain")
        #expect(MCPHeaderText.decode("=?base64?w6k=?=") == "é")
        #expect(MCPHeaderText.decode("=?base64??=") == "")
        for wrong in ["=?base64?w6l=?=", "=?base64?w6k?=", "=?base64?####?=", "=?base64?/w==?=", "=?base64?=?="] {
            #expect(MCPHeaderText.decode(wrong) == nil, "\(wrong)")
        }
    }
}

import JSON
import LinuxSystem
import Testing

@testable import JailTools

/// What came over the network, by its header and by its bytes.
struct PageToolTests {
    private func page(_ bytes: [UInt8], _ type: String?) -> ToolReply {
        var input: JSONValue = ["url": "https://example.org/"]
        if let type { input["content_type"] = .string(type) }
        var call = ToolCall(tool: "Page", input: input.object ?? JSONObject(), workspace: "/")
        call.blob = bytes
        do throws(ToolFailure) {
            return try ToolServer.run(call)
        } catch {
            return ToolReply(error)
        }
    }

    @Test(arguments: [
        ("text/html", "<p>a", "page", "a"), ("TEXT/HTML; charset=\"utf-8\"", "<p>ü", "page", "ü"),
        (nil, "<!DOCTYPE html><p>a", "page", "a"), ("application/octet-stream", " <HTML><p>a", "page", "a"),
        ("text/plain", "<html><p>a", "text", "<html><p>a"), (nil, "plain", "text", "plain"),
        ("application/json", "{\"a\":1}", "text", "{\"a\":1}"), ("application/ld+json; x", "{}", "text", "{}"),
        ("image/svg+xml", "<svg/>", "text", "<svg/>"), ("text/html", "%PDF-1.7", "document", ""),
        ("text/csv", "a,b", "text", "a,b"), ("nonsense", "x", "text", "x"),
    ])
    func `Kinds`(_ type: String?, _ body: String, _ kind: String, _ text: String) {
        let reply = page(Array(body.utf8), type)
        #expect(reply.text == text && reply.structured["kind"]?.string == kind, "\(reply)")
    }

    @Test(
        arguments: [
            ("image/png", [0x89, 0x50, 0x4E, 0x47, 0, 1]), ("application/zip", [0x50, 0x4B, 3, 4]),
            (nil, [0, 1, 2, 3]),
            ("text/html", [0, 1, 2, 3, 0, 0]), ("text/plain", [1, 2, 3, 4, 5, 6, 7, 0]),
        ] as [(String?, [UInt8])])
    func `What is no text is refused`(_ type: String?, _ bytes: [UInt8]) {
        #expect(page(bytes, type).failure?.code == .binary)
    }

    @Test(
        arguments: [
            ("text/html; charset=utf-8", "<p>é €", [0x3C, 0x70, 0x3E, 0xC3, 0xA9, 0x20, 0xE2, 0x82, 0xAC]),
            ("text/html; charset=iso-8859-1", "<p>é €", [0x3C, 0x70, 0x3E, 0xE9, 0x20, 0x80]),
            ("text/html", "mark", [0xEF, 0xBB, 0xBF, 0x3C, 0x70, 0x3E, 0xC3, 0xA9, 0x20, 0xE2, 0x82, 0xAC]),
            ("text/html", "little end", [0xFF, 0xFE, 0xE9, 0, 0x20, 0, 0xAC, 0x20]),
            ("text/html; charset=utf-8", "big end, by its mark", [0xFE, 0xFF, 0, 0xE9, 0, 0x20, 0x20, 0xAC]),
            ("text/html; charset=utf-16be", "unmarked", [0, 0xE9, 0, 0x20, 0x20, 0xAC]),
        ] as [(String, String, [UInt8])])
    func `Encodings`(_ type: String, _: String, _ bytes: [UInt8]) {
        #expect(page(bytes, type).text == "é €")
    }

    @Test func `The page itself says its encoding`() {
        for meta in ["<meta charset=windows-1252>", "<META HTTP-EQUIV=x content='text/html; charset=latin1'>"] {
            let reply = page(Array(meta.utf8) + [0x3C, 0x70, 0x3E, 0xE9], "text/html")
            #expect(reply.text == "é" && reply.structured["note"]?.isNull == true)
        }
        let unknown = page(Array("<meta charset=shift_jis><p>a".utf8) + [0x83, 0x41], "text/html")
        #expect(unknown.text == "a\u{FFFD}A")
        #expect(unknown.structured["note"]?.string?.contains("shift_jis") == true)
        #expect(page([0x61, 0xE9, 0x62], "text/plain").structured["note"]?.string?.contains("Windows-1252") == true)
    }

    @Test func `What a terminal would obey is shown`() {
        #expect(ToolReply([.text("\u{1B}[2Jx")]).encode().contains(0x1B) == false)
        let reply = page(Array("<title>a\u{1B}b</title><p>x\u{1B}[31m\u{9B}y".utf8), "text/html")
        // The parser itself replaces them.
        #expect(reply.structured["title"]?.string == "a\u{FFFD}b")
        #expect(!reply.encode().contains(0x1B))
    }
}

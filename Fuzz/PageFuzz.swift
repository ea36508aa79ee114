// modules: JSON JailTools
//
// Pages of any bytes, as HTML and as text: they become bounded UTF-8 without anything that a terminal would obey, and the same
// bytes always the same text.

internal import JSON
internal import JailTools

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let choice = bytes.first else { return 0 }
    let body = Array(bytes.dropFirst())
    let types: [JSONValue] = ["text/html", "text/html; charset=utf-16le", "text/plain", "", "application/json", "x"]
    var call = ToolCall(
        tool: "Page",
        input: JSONObject([
            .init(key: "url", value: "https://example.org/a/b?c"),
            .init(key: "content_type", value: types[Int(choice) % types.count]),
        ]), workspace: "/")
    call.blob = body
    guard let reply = try? ToolServer.run(call) else { return 0 }
    let encoded = reply.encode()
    precondition(encoded.allSatisfy { $0 >= 0x20 }, "a control character came through")
    guard let again = try? ToolServer.run(call) else { preconditionFailure("the second time it is refused") }
    precondition(again.encode() == encoded, "the second time it is something else")
    let page = PageMarkdown.of(body, at: "https://example.org/", bytesMax: 500)
    precondition(page.text.utf8.count <= 500, "more than there is room for")
    return 0
}

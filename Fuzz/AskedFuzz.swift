// modules: CSimdJSON CLinux LinuxSystem JSON Translation
//
// Any JSON as a request in Anthropic's words: each codec refuses it, or makes JSON of it, which can be read where it lies.

internal import JSON
internal import LinuxSystem
internal import Translation

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: start, count: count)
    // The address sanitizer sees what is read or written beyond these bytes.
    let text = PaddedBytes(copying: input)
    guard let document = try? AskedFuzz.parser.parse(text.bytes, limits: AskedFuzz.limits) else { return 0 }
    document.withRoot { AskedFuzz.encode($0) }
    return 0
}

private enum AskedFuzz {
    nonisolated(unsafe) static let parser = JSONParser()
    nonisolated(unsafe) static let checker = JSONParser()
    static let limits = JSONLimits(depth: 64, bytes: 1 << 16)
    static let dialects: [ChatDialect] = [
        .compatible, .openAI, .openRouter, .deepSeek, ChatDialect.openAI.asResponses,
    ]

    static func encode(_ root: JSONElement) {
        for dialect in dialects {
            let request = try? ChatRequest(root, model: "gpt-5.2", provider: "p", dialect: dialect)
            if let body = request?.body { check(body) }
        }
        if let body = try? GeminiRequest.encode(root, model: "gemini-3-flash", provider: "p").body { check(body) }
        if let body = try? OllamaRequest.encode(root, model: "m", provider: "p").body { check(body) }
        let nova = try? ConverseRequest.encode(root, model: "amazon.nova-pro-v1:0", provider: "p")
        if let body = nova?.body { check(body) }
    }

    static func check(_ body: [UInt8]) {
        precondition((try? checker.parse(copying: body)) != nil, String(decoding: body, as: UTF8.self))
        let buffer = ByteBuffer(holding: body)
        precondition((try? checker.parse(buffer.readable)) != nil, "a buffer holds something else than it was given")
    }
}

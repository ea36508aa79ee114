// modules: CSimdJSON CLinux LinuxSystem JSON Translation
// with: Fuzz/Support/StreamFuzz.swift
//
// Any bytes as the events of the streams of providers with an API of their own, one a line, and as the requests that lead
// to them: whatever comes out is a sequence of whole events of JSON, it ends at most once, and it does not matter whether it
// is taken after each event or at the end; a request that is taken becomes JSON.

internal import JSON
internal import Translation

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let events = StreamFuzz.events(start, count)
    for context in StreamFuzz.contexts {
        StreamFuzz.checked(GeminiStream.self, context, events)
        StreamFuzz.checked(OllamaStream.self, context, events)
        StreamFuzz.checked(HostedClaudeStream.self, context, events)
    }
    for event in events { encode(event) }
    return 0
}

private func encode(_ text: [UInt8]) {
    guard let root = try? JSONParser().parse(copying: text), root.root.isObject else { return }
    root.withRoot { root in
        let context = StreamFuzz.contexts[0]
        let made = [
            try? GeminiRequest.encode(root, model: "gemini-3-flash", provider: "p").body,
            try? OllamaRequest.encode(root, model: "m", provider: "p").body,
            try? GeminiStream.whole(root, context).body, try? OllamaStream.whole(root, context).body,
        ]
        for body in made.compactMap(\.self) {
            precondition((try? JSONValue(parsing: body)) != nil, "a request or an answer is no JSON")
        }
    }
}

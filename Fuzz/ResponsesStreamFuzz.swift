// modules: CSimdJSON CLinux LinuxSystem JSON Translation
// with: Fuzz/Support/StreamFuzz.swift
//
// Any bytes as the events of a response, one a line: whatever comes out is a sequence of whole events of JSON, it ends at
// most once, it does not matter whether it is taken after each event or at the end, and the same holds for what it becomes
// on its way to a client that speaks the same API.

internal import Translation

private enum ResponsesStreamFuzz {
    nonisolated(unsafe) static let context = StreamFuzz.context(ChatDialect.openAI.asResponses)

    nonisolated(unsafe) static let outContext: ResponsesOutContext = {
        let body =
            #"{"input":"Hi","reasoning":{"summary":"auto"},"include":["reasoning.encrypted_content"],"tools":[{"type":"custom","name":"T"}]}"#
        guard let request = try? ResponsesInRequest(StreamFuzz.root(body), model: "m") else {
            preconditionFailure("the request is sound")
        }
        return ResponsesOutContext(id: "resp_1", model: "m", created: 1, request)
    }()
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let events = StreamFuzz.events(start, count)
    let pieces = StreamFuzz.checked(ChatStream.self, ResponsesStreamFuzz.context, events)
    StreamFuzz.checked(
        ResponsesOutStream.self, ResponsesStreamFuzz.outContext, StreamFuzz.datas(pieces),
        ends: ["response.completed", "response.incomplete", "response.failed"])
    return 0
}

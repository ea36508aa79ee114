// modules: HTTP JSON LinuxSystem
// with: Sources/Sidecar/Gateway/MessagesRequest.swift Sources/Sidecar/Gateway/APIError.swift
//
// Any bytes as the body of a request: refused, or edited so that it is still JSON, has the two values, and has as many
// bytes as it must.

internal import HTTP
internal import JSON
internal import LinuxSystem

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: start, count: count)
    for streamsFirst in [true, false] { GatewayRequestFuzz.edit(input, streamsFirst) }
    return 0
}

private enum GatewayRequestFuzz {
    nonisolated(unsafe) static let parser = JSONParser()

    static func edit(_ input: UnsafeRawBufferPointer, _ streamsFirst: Bool) {
        let body = ByteBuffer(capacity: input.count)
        body.append(input)
        guard var request = try? MessagesRequest(body, parser) else { return }
        let hasModel = request.model != nil
        if streamsFirst { request.setStreaming() }
        request.setModel("m\"\u{1}é")
        if !streamsFirst { request.setStreaming() }
        guard let root = try? parser.parse(body.readable).root else { preconditionFailure("an edit broke the body") }
        precondition(root["model"]?.string == "m\"\u{1}é" && root["stream"]?.bool == true)
        precondition(!hasModel || request.model != nil)
    }
}

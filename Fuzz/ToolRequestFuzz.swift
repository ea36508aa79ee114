// modules: JSON JailTools
//
// What a worker is sent, on any bytes: lengths keep their limits, requests are understood or refused. And patterns and edits of
// LS, which models write.

internal import JSON
internal import JailTools

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: start, count: count)
    if count >= Frame.headerBytes, let lengths = try? Frame.Lengths(decoding: bytes) {
        precondition(lengths.json <= Frame.jsonBytesMax && lengths.blob <= Frame.blobBytesMax)
        precondition(lengths.header.elementsEqual(bytes.prefix(Frame.headerBytes)))
    }
    if let document = try? JSONParser().parse(copying: bytes) {
        document.withRoot { root in
            if let call = try? ToolCall(root) { precondition(call.workspace.hasPrefix("/")) }
        }
    }
    let parts = bytes.split(separator: 0, maxSplits: 1)
    if parts.count == 2 {
        _ = GlobPattern(String(decoding: parts[0], as: UTF8.self)).matches(path: Array(parts[1]))
    }
    return 0
}

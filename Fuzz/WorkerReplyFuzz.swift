// modules: JSON ToolRuntime
//
// What a worker says to its host, on any bytes: somebody may have taken it over. Lengths keep their limits, and what is taken
// for an answer is one.

internal import JSON
internal import ToolRuntime

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let (json, blob) = WorkerFrame.lengths(bytes.prefix(WorkerFrame.headBytes)) {
        precondition((1...WorkerFrame.jsonBytesMax).contains(json))
        precondition((0...WorkerFrame.blobBytesMax).contains(blob))
    }
    guard let json = try? JSONValue(parsing: bytes), let reply = try? WorkerReply(json) else { return 0 }
    precondition(reply.structured.object != nil)
    for seen in reply.seen + reply.changed {
        precondition(seen.path.hasPrefix("/") && !seen.path.utf8.contains(0) && !seen.hash.isEmpty)
    }
    // It goes on to whoever asked.
    for content in reply.content { precondition((try? JSONValue(parsing: content.json.bytes())) != nil) }
    return 0
}

// modules: ToolRuntime
//
// The reader of TLS ClientHellos on any bytes: no crash, a bounded wait, the same outcome whether they come at once or in
// pieces, and no name that a bounded look at the bytes would not find in them.

internal import ToolRuntime

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
    let whole = ClientHello.read(bytes)
    var needed = 0
    for count in 0...bytes.count {
        let part = ClientHello.read(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        switch part {
        case .needsMore(let more):
            precondition(more > count, "a wait for what is there")
            precondition(more <= ClientHello.bytesMax + (1 << 14) + 10, "a wait without a bound")
            precondition(more >= needed, "what was needed became less")
            needed = more
        case .notTLS, .malformed, .complete:
            precondition(part == whole, "more bytes changed what was decided")
        }
    }
    if case .complete(let name?) = whole {
        precondition(!name.isEmpty && name.utf8.count < bytes.count)
        let sought = Array(name.utf8)
        // Cut over records it does not stand in one piece.
        let records = bytes.count >= 5 ? Int(bytes[3]) << 8 | Int(bytes[4]) : 0
        if records + 5 == bytes.count {
            precondition(
                (0...(bytes.count - sought.count)).contains { bytes[$0..<($0 + sought.count)].elementsEqual(sought) })
        }
    }
    return 0
}

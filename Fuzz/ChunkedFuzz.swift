// modules: HTTP
//
// The decoder of chunked bodies on any bytes: no crash, the same body, end and refusal whether they come at once or in
// pieces, and never more body than input.

internal import HTTP

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // The first byte says how large the pieces are.
    guard let start, count > 1 else { return 0 }
    let bytes = UnsafeRawBufferPointer(start: start + 1, count: count - 1)
    let whole = ChunkedFuzz.decode(bytes, step: bytes.count)
    let pieces = ChunkedFuzz.decode(bytes, step: Int(start[0] % 31) + 1)
    precondition(whole == pieces, "pieces differ from the whole")
    precondition(whole.body.count <= whole.used && whole.used <= bytes.count)
    return 0
}

private enum ChunkedFuzz {
    struct Result: Equatable {
        var body: [UInt8] = []
        var used = 0
        var end = ChunkedDecoder.Event.needsMore
    }

    static func decode(_ bytes: UnsafeRawBufferPointer, step: Int) -> Result {
        var decoder = ChunkedDecoder()
        var result = Result()
        while result.used < bytes.count {
            let piece = UnsafeRawBufferPointer(rebasing: bytes[result.used..<min(bytes.count, result.used + step)])
            var position = 0
            while true {
                let event = decoder.next(piece, &position)
                if case .data(let range) = event {
                    result.body += piece[range]
                    continue
                }
                result.used += position
                result.end = event
                if event == .needsMore { break }
                return result
            }
        }
        return result
    }
}

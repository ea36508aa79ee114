// modules: HTTP
//
// Any bytes as an event stream: cut at places that the input itself names, it shows the same events as in one piece, and
// says the same of where it stands. The fields of every event are read.

internal import HTTP

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: start, count: count)
    guard let seed = input.first else { return 0 }
    let stream = UnsafeRawBufferPointer(rebasing: input[1...])
    let whole = EventStreamFuzz.events(stream) { _ in .max }
    let bytewise = EventStreamFuzz.events(stream) { _ in 1 }
    let uneven = EventStreamFuzz.events(stream) { 1 + Int(seed &+ stream[$0]) % 7 }
    precondition(whole == bytewise && whole == uneven, "the cuts made a difference")
    return 0
}

private enum EventStreamFuzz {
    struct Seen: Equatable {
        var events: [[UInt8]] = []
        var isAtBoundary = true
    }

    static func events(_ stream: UnsafeRawBufferPointer, _ size: (Int) -> Int) -> Seen {
        var scanner = EventStreamScanner()
        var seen = Seen()
        var start = 0
        while start < stream.count {
            let end = start + min(size(start), stream.count - start)
            scanner.scan(UnsafeRawBufferPointer(rebasing: stream[start..<end])) { block in
                let event = ServerSentEvent(block)
                precondition(event.name.count + event.data.count < block.count && block.last == 0x0a)
                _ = event.isNamed("content_block_delta")
                seen.events.append(Array(block))
            }
            start = end
        }
        seen.isAtBoundary = scanner.isAtBoundary
        return seen
    }
}

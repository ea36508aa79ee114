package import LinuxSystem

/// Takes a request's body out of the bytes of its connection, whatever its framing. No I/O.
package struct RequestBodyReader {
    package enum Progress: Equatable {
        case more
        case complete
        case refused(RequestHeadParser.Refusal)
    }

    private enum Framing {
        case counted(remaining: Int)
        case chunked(ChunkedDecoder)
    }

    private var framing: Framing
    private(set) package var isComplete: Bool
    /// Body bytes seen so far, those thrown away included.
    private(set) package var total = 0

    package init(_ body: RequestHead.Body) {
        switch body {
        case .none: framing = .counted(remaining: 0)
        case .counted(let count): framing = .counted(remaining: count)
        case .chunked: framing = .chunked(ChunkedDecoder())
        }
        isComplete = body == .none
    }

    /// What is still to come, where the client has said it.
    package var remaining: Int? {
        if case .counted(let remaining) = framing { return remaining }
        return nil
    }

    /// Moves body bytes from `bytes` to `output` (nowhere, when that is nil) and says how many of `bytes` it used.
    package mutating func take(
        _ bytes: UnsafeRawBufferPointer, into output: ByteBuffer?, limit: Int
    ) -> (used: Int, progress: Progress) {
        switch framing {
        case .counted(let remaining):
            let count = min(remaining, bytes.count)
            output?.append(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            note(received: count)
            return (count, isComplete ? .complete : .more)
        case .chunked(var decoder):
            defer { framing = .chunked(decoder) }
            var position = 0
            while true {
                switch decoder.next(bytes, &position) {
                case .data(let range):
                    total += range.count
                    if total > limit { return (position, .refused(Self.tooLarge(limit))) }
                    output?.append(UnsafeRawBufferPointer(rebasing: bytes[range]))
                case .end:
                    isComplete = true
                    return (position, .complete)
                case .needsMore:
                    return (position, .more)
                case .refused(let reason):
                    return (position, .refused(RequestHeadParser.Refusal(status: 400, reason: reason)))
                }
            }
        }
    }

    /// Counted bytes that went straight from the socket to where they belong.
    package mutating func note(received count: Int) {
        guard case .counted(let remaining) = framing else { preconditionFailure("chunks must be decoded") }
        framing = .counted(remaining: remaining - count)
        total += count
        isComplete = remaining == count
    }

    package static func tooLarge(_ limit: Int) -> RequestHeadParser.Refusal {
        RequestHeadParser.Refusal(status: 413, reason: "the request's body is larger than \(limit) bytes")
    }
}

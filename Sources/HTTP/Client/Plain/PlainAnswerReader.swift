internal import LinuxSystem

/// Takes an answer apart: its head, then its body without framing and packing. It keeps no bytes unless asked to.
package struct PlainAnswerReader {
    package enum Event {
        case needsMore
        case head(ResponseHead)
        /// Valid until the next call.
        case body(UnsafeRawBufferPointer)
        case end
        case malformed(String)
    }

    private var parser: ResponseHeadParser
    private var body = ResponseHeadParser.Body.none
    private var remaining = 0
    private var chunks = ChunkedDecoder()
    private var decoder: GzipDecoder?
    private(set) var keepsAlive = false
    package private(set) var hasHead = false
    private var framingIsOver = false

    /// `passesCoding`: bodies stay packed as they are.
    package init(passesCoding: Bool = false) {
        parser = ResponseHeadParser(bytesMax: 0, passesCoding: passesCoding)
    }

    package mutating func reset(bytesMax: Int, answersHead: Bool) {
        parser.reset(bytesMax: bytesMax, answersHead: answersHead)
        hasHead = false
        framingIsOver = false
        keepsAlive = false
        decoder = nil
    }

    mutating func release() { decoder = nil }

    /// All was given; only the end is left to be said.
    var isOver: Bool { framingIsOver && decoder == nil }

    /// What comes next in `bytes` from `position` on. To be called until it says `needsMore`, or anything final.
    package mutating func next(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Event {
        if !hasHead { return readHead(bytes, &position) }
        guard let decoder else { return unframed(bytes, &position) }
        while true {
            do throws(GzipDecoder.Broken) {
                if let piece = try decoder.next() { return .body(piece) }
            } catch {
                return .malformed(error.reason)
            }
            let event = unframed(bytes, &position)
            switch event {
            case .body(let piece): decoder.begin(piece)
            case .end where !decoder.isWhole: return .malformed("the packed body of the answer ends before its end")
            default: return event
            }
        }
    }

    private mutating func readHead(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Event {
        switch parser.parse(bytes) {
        case .incomplete: return .needsMore
        case .malformed(let reason): return .malformed(reason)
        case .complete(let answer, let used):
            position = used
            hasHead = true
            body = answer.body
            keepsAlive = answer.keepsAlive
            switch answer.body {
            case .none: framingIsOver = true
            case .counted(let count):
                remaining = count
                framingIsOver = count == 0
            case .chunked: chunks = ChunkedDecoder()
            case .untilClose: break
            }
            if answer.coding != .identity && answer.body != .none { decoder = GzipDecoder(answer.coding) }
            return .head(answer.head)
        }
    }

    /// The next part of the body as it was framed.
    private mutating func unframed(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Event {
        if framingIsOver { return .end }
        if position == bytes.count { return .needsMore }
        switch body {
        case .none: return .end
        case .counted:
            let end = min(bytes.count, position + remaining)
            defer { position = end }
            remaining -= end - position
            framingIsOver = remaining == 0
            return .body(UnsafeRawBufferPointer(rebasing: bytes[position..<end]))
        case .untilClose:
            defer { position = bytes.count }
            return .body(UnsafeRawBufferPointer(rebasing: bytes[position...]))
        case .chunked:
            switch chunks.next(bytes, &position) {
            case .data(let range): return .body(UnsafeRawBufferPointer(rebasing: bytes[range]))
            case .needsMore: return .needsMore
            case .refused(let reason): return .malformed(reason)
            case .end:
                framingIsOver = true
                return .end
            }
        }
    }

    /// The memory of the bytes given last is about to be used for something else.
    func keepRest() { decoder?.keep() }

    /// What is missing of the answer when the connection ends now; nil when nothing is.
    package mutating func missingAtEnd(isClean: Bool) -> String? {
        switch body {
        case .none: return nil
        case .counted: return remaining > 0 ? "\(remaining) bytes before the answer's" : nil
        case .chunked: return framingIsOver ? nil : "before the last chunk of the answer"
        case .untilClose:
            if !isClean { return "in the middle of the answer" }
            return decoder?.isWhole ?? true ? nil : "in the middle of the packed answer"
        }
    }
}

/// Takes the chunked framing off a request's body (RFC 9112, section 7.1), strictly and without keeping any bytes.
package struct ChunkedDecoder: Sendable {
    package enum Event: Equatable {
        /// Body bytes, as a range of the input.
        case data(Range<Int>)
        case end
        /// All of the input was used and there is more to come.
        case needsMore
        case refused(String)
    }

    /// Extensions carry nothing for us and long ones are an attack.
    package static let sizeLineBytesMax = 256
    /// Trailers are read and dropped; nobody here has a use for them.
    package static let trailerBytesMax = 4096

    private enum State {
        case size(digits: Int)
        case sizeExtension
        case sizeLineFeed
        case data
        case dataReturn
        case dataLineFeed
        case trailerStart
        case trailer
        case trailerLineFeed
        case endLineFeed
        case done
    }

    private var state = State.size(digits: 0)
    private var remaining = 0
    private var lineBytes = 0

    package init() {}

    /// Looks at `bytes` from `position` on, which it moves behind what was used. To be called until it says `end`,
    /// `needsMore` or `refused`.
    package mutating func next(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Event {
        while position < bytes.count {
            if case .data = state {
                let count = min(remaining, bytes.count - position)
                let range = position..<position + count
                position += count
                remaining -= count
                if remaining == 0 { state = .dataReturn }
                return .data(range)
            }
            let byte = bytes[position]
            position += 1
            if let refusal = step(byte) { return .refused(refusal) }
            if case .done = state { return .end }
        }
        return .needsMore
    }

    /// One byte of framing; a sentence when it may not stand there.
    private mutating func step(_ byte: UInt8) -> String? {
        switch state {
        case .size(let digits):
            lineBytes += 1
            if let digit = ASCII.hexDigit(byte) {
                // Fifteen hex digits stay below the largest Int.
                if digits == 15 { return "a chunk's size has too many digits" }
                remaining = remaining << 4 | digit
                state = .size(digits: digits + 1)
                return nil
            }
            if digits == 0 { return "a chunk does not begin with its size in hexadecimal" }
            if byte == 0x0d {
                state = .sizeLineFeed
            } else if byte == 0x3b {
                state = .sizeExtension
            } else {
                return "a chunk's size is followed by something else than CR LF"
            }
        case .sizeExtension:
            lineBytes += 1
            if lineBytes > Self.sizeLineBytesMax { return "a chunk's extensions are too long" }
            if byte == 0x0d {
                state = .sizeLineFeed
            } else if byte < 0x20 && byte != 0x09 || byte == 0x7f {
                return "a chunk's extension holds a control character"
            }
        case .sizeLineFeed:
            if byte != 0x0a { return "a chunk's size line does not end in CR LF" }
            lineBytes = 0
            state = remaining == 0 ? .trailerStart : .data
        case .dataReturn:
            if byte != 0x0d { return "a chunk is longer than its size says" }
            state = .dataLineFeed
        case .dataLineFeed:
            if byte != 0x0a { return "a chunk does not end in CR LF" }
            state = .size(digits: 0)
        case .trailerStart:
            guard byte == 0x0d else {
                state = .trailer
                return trailer(byte)
            }
            state = .endLineFeed
        case .trailer:
            guard byte == 0x0d else { return trailer(byte) }
            state = .trailerLineFeed
        case .trailerLineFeed:
            if byte != 0x0a { return "a trailer line does not end in CR LF" }
            state = .trailerStart
        case .endLineFeed:
            if byte != 0x0a { return "the last chunk does not end in CR LF" }
            state = .done
        case .data, .done:
            preconditionFailure("the caller takes data itself and stops at the end")
        }
        return nil
    }

    private mutating func trailer(_ byte: UInt8) -> String? {
        lineBytes += 1
        if lineBytes > Self.trailerBytesMax { return "the trailers are too long" }
        return byte < 0x20 && byte != 0x09 || byte == 0x7f ? "a trailer holds a control character" : nil
    }
}

import HTTP
import LinuxSystem
import TestSupport
import Testing

@Suite struct ChunkedDecoderTests {
    private enum Result: Equatable {
        case body([UInt8], used: Int)
        case more([UInt8])
        case refused(String)
    }

    /// Gives the decoder `pieces` one after another.
    private func decode(_ pieces: [ArraySlice<UInt8>]) -> Result {
        var decoder = ChunkedDecoder()
        var body: [UInt8] = []
        var before = 0
        for piece in pieces {
            let piece = Array(piece)
            var position = 0
            let end: Result? = piece.withUnsafeBytes { bytes in
                while true {
                    switch decoder.next(bytes, &position) {
                    case .data(let range): body += bytes[range]
                    case .end: return .body(body, used: before + position)
                    case .needsMore: return nil
                    case .refused(let reason): return .refused(reason)
                    }
                }
            }
            if let end { return end }
            before += piece.count
        }
        return .more(body)
    }

    private func decode(_ text: String) -> Result { decode([Array(text.utf8)[...]]) }

    @Test(arguments: [
        ("0\r\n\r\n", ""), ("5\r\nhello\r\n0\r\n\r\n", "hello"),
        ("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world"),
        ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789"), ("a\r\n0123456789\r\n000\r\n\r\n", "0123456789"),
        ("005;x=y\r\nhello\r\n0;z\r\n\r\n", "hello"),
        ("5;a=\"b c\"\r\nhello\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\n", "hello"),
        ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n"), ("000000000000001\r\nx\r\n0\r\n\r\n", "x"),
    ])
    func accepts(text: String, body: String) {
        let bytes = Array(text.utf8)
        let whole = Result.body(Array(body.utf8), used: bytes.count)
        #expect(decode([(bytes + Array("GET /".utf8))[...]]) == whole)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                #expect(decode([bytes[..<first], bytes[first..<second], bytes[second...]]) == whole)
            }
            if first < bytes.count {
                if case .more = decode([bytes[..<first]]) {} else { Issue.record("complete after \(first) bytes") }
            }
        }
    }

    @Test(arguments: [
        "\r\n", "x\r\n", " 5\r\nhello\r\n", "5 \r\nhello\r\n", "5\t\r\nhello", "-5\r\n", "+5\r\n", "0x5\r\nhello",
        "5\nhello\r\n",
        "5\r\r\nhello", "5\rhello", "5;\nhello", "5;a\rb\r\n", "5;a\u{0}\r\n", "5;a\u{7f}\r\n", "5\r\nhelloX",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello\rX", "5\r\nhello0\r\n\r\n", "0\r\nX: 1\n\r\n", "0\r\nX\u{0}: 1\r\n\r\n", "0\r\n\n", "0\r\n\rX",
        "0\r\nX: 1\rY",
        "1000000000000000\r\n", "ffffffffffffffff\r\n", "0000000000000001\r\n", ";x\r\n", "5,5\r\nhello", "\u{660}\r\n",
        "0\r\nX: 1\r\n\n",
    ])
    func refuses(text: String) {
        guard case .refused(let reason) = decode(text) else {
            Issue.record("\(decode(text))")
            return
        }
        let bytes = Array(text.utf8)
        #expect(decode(bytes.indices.map { bytes[$0...$0] }) == .refused(reason))
    }

    @Test func extensionsAndTrailersHaveLimits() {
        let long = String(repeating: "x", count: ChunkedDecoder.sizeLineBytesMax)
        #expect(decode("1;\(long)\r\n") == .refused("a chunk's extensions are too long"))
        let trailers = String(repeating: "X: y\r\n", count: ChunkedDecoder.trailerBytesMax / 4 + 2)
        #expect(decode("0\r\n\(trailers)\r\n") == .refused("the trailers are too long"))
        // Each chunk has its own measure: many short extensions are no long one.
        let many = String(repeating: "1;abcdefghij\r\nx\r\n", count: 1000)
        #expect(decode("\(many)0\r\n\r\n") == .body([UInt8](repeating: 0x78, count: 1000), used: many.utf8.count + 5))
    }

    @Test func aBodyReaderCountsWhatItGets() {
        var reader = RequestBodyReader(.counted(10))
        let buffer = ByteBuffer()
        let bytes = Array("0123456789GET /".utf8)
        let first = bytes[..<4].withUnsafeBytes { reader.take($0, into: buffer, limit: .max) }
        #expect(first.used == 4 && first.progress == .more && reader.remaining == 6)
        let rest = bytes[4...].withUnsafeBytes { reader.take($0, into: buffer, limit: .max) }
        #expect(rest.used == 6 && rest.progress == .complete && reader.isComplete && reader.total == 10)
        #expect(buffer.readable.elementsEqual("0123456789".utf8))
        #expect(RequestBodyReader(.none).isComplete)
        #expect(!RequestBodyReader(.chunked).isComplete)
    }

    @Test func aChunkedBodyOverItsLimitIs413() {
        var reader = RequestBodyReader(.chunked)
        let bytes = Array("5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n".utf8)
        let result = bytes.withUnsafeBytes { reader.take($0, into: ByteBuffer(), limit: 9) }
        #expect(result.progress == .refused(RequestBodyReader.tooLarge(9)))
    }
}

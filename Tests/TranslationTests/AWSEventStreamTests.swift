import JSON
import Testing

@testable import Translation

struct AWSEventStreamTests {
    private static let stream: [UInt8] =
        BedrockLab.event("messageStart", #"{"role":"assistant"}"#) + BedrockLab.event("ping", "")
        + BedrockLab.event("contentBlockDelta", #"{"delta":{"text":"Grüße 🙂"}}"#)
        + BedrockLab.frame(
            [(":message-type", "exception"), (":exception-type", "throttlingException")], #"{"message":"slow"}"#)
    private static let events = [
        #"{"messageStart":{"role":"assistant"}}"#, #"{"ping":{}}"#,
        #"{"contentBlockDelta":{"delta":{"text":"Grüße 🙂"}}}"#,
        #"{"exception":{"type":"throttlingException","body":{"message":"slow"}}}"#,
    ]

    @Test func `checksums are those of everybody else`() {
        #expect(BedrockLab.sum(Array("123456789".utf8)) == [0xcb, 0xf4, 0x39, 0x26])
        // The empty message, as Amazon's own libraries have it among their test data.
        #expect(
            BedrockLab.frame(headers: [], [])
                == [0, 0, 0, 16, 0, 0, 0, 0, 5, 0xc2, 0x48, 0xeb, 0x7d, 0x98, 0xc8, 0xff])
        let bytes = (0..<100).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        for count in 0..<100 {
            var plain = ~UInt32(0)
            for byte in bytes.prefix(count) {
                plain ^= UInt32(byte)
                for _ in 0..<8 { plain = plain & 1 == 1 ? plain >> 1 ^ 0xedb8_8320 : plain >> 1 }
            }
            #expect(BedrockLab.sum(Array(bytes.prefix(count))) == BedrockLab.number(Int(~plain)))
        }
    }

    @Test func `however it is cut, the same events come out`() {
        for pieces in [[1], [2, 3], [7], [11, 1, 40], [64, 13], [Int.max]] {
            let (events, complaint) = BedrockLab.scan(Self.stream, pieces: pieces)
            #expect(events == Self.events && complaint == nil, "\(pieces)")
        }
    }

    @Test func `every front of a stream is its first events and no more`() {
        for count in Self.stream.indices {
            let (events, complaint) = BedrockLab.scan(Array(Self.stream.prefix(count)))
            #expect(events == Array(Self.events.prefix(events.count)) && events.count < Self.events.count)
            #expect(complaint == nil)
        }
    }

    @Test func `a bit that changed is noticed, and nothing comes behind it`() {
        for place in Self.stream.indices {
            var bytes = Self.stream
            bytes[place] ^= 0x10
            let (events, complaint) = BedrockLab.scan(bytes, pieces: [5])
            #expect(complaint != nil && events == Array(Self.events.prefix(events.count)), "\(place)")
        }
    }

    @Test(arguments: [
        (15, 0, "lengths"), (16, 1, "lengths"), (-1, 0, "at most"), (-1, -17, "at most"), (-1, -16, "lengths"),
        (1 << 25, 0, "at most"), (1 << 20, 1 << 19, "at most"), (1 << 24, 1 << 17, ""),
    ])
    func `lengths that cannot be`(_ count: Int, _ headers: Int, _ words: String) {
        let front = BedrockLab.number(count) + BedrockLab.number(headers)
        let complaint = BedrockLab.scan(front + BedrockLab.sum(front)).complaint
        #expect((complaint == nil) == words.isEmpty && (complaint ?? "").contains(words), "\(complaint ?? "")")
    }

    @Test func `headers that cannot be read`() {
        let type = BedrockLab.header(":message-type", "event")
        let event = BedrockLab.header(":event-type", "x")
        let both = type + event
        let wrong: [[UInt8]] = [
            [], type, event, type + both, both + [0], both + [3, 1, 2], both + [1, 65, 10],
            both + [1, 65, 7, 255, 255],
            both + [1, 65, 6, 0], type.prefix(14) + [6, 0, 0], type + BedrockLab.header(":event-type", "\"}"),
            type + BedrockLab.header(":event-type", ""),
        ]
        for headers in wrong {
            let (events, complaint) = BedrockLab.scan(BedrockLab.frame(headers: headers, Array("{}".utf8)))
            #expect(events == [] && complaint?.contains("a message") == true, "\(headers)")
        }
        // One of each type.
        var all: [UInt8] = [
            1, 65, 0, 1, 66, 1, 1, 67, 2, 9, 1, 68, 3, 9, 9, 1, 69, 4, 9, 9, 9, 9, 1, 71, 6, 0, 2, 1, 1,
        ]
        for (name, type, count) in [(70, 5, 8), (72, 8, 8), (73, 9, 16)] as [(UInt8, UInt8, Int)] {
            all += [1, name, type]
            all += [UInt8](repeating: 1, count: count)
        }
        #expect(BedrockLab.scan(BedrockLab.frame(headers: all + both, [])).events == [#"{"x":{}}"#])
    }

    @Test func `an error without a payload says what its headers say`() {
        let error = BedrockLab.frame(
            [(":message-type", "error"), (":error-code", "InternalError"), (":error-message", "An \"odd\" thing")], "")
        #expect(
            BedrockLab.scan(error).events == [
                #"{"exception":{"type":"InternalError","body":{"message":"An \"odd\" thing"}}}"#
            ])
    }
}

import HTTP
import Testing

@Suite struct EventStreamScannerTests {
    /// What a scanner shows of `stream` when it comes in pieces of `size`.
    private func events(_ stream: [UInt8], pieces size: Int) -> [[UInt8]] {
        var scanner = EventStreamScanner()
        var shown: [[UInt8]] = []
        stream.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: size) {
                let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + size, bytes.count)])
                scanner.scan(piece) { shown.append(Array($0)) }
            }
        }
        return shown
    }

    private func texts(_ stream: String, pieces size: Int = .max) -> [String] {
        let bytes = Array(stream.utf8)
        return events(bytes, pieces: min(size, max(bytes.count, 1))).map { String(decoding: $0, as: UTF8.self) }
    }

    private func isAtBoundary(_ stream: String) -> Bool {
        var scanner = EventStreamScanner()
        Array(stream.utf8).withUnsafeBytes { scanner.scan($0) { _ in } }
        return scanner.isAtBoundary
    }

    private static let recorded =
        "event: message_start\ndata: {\"type\":\"message_start\"}\n\n: a comment\n\nevent: ping\r\ndata: {\"a\": 1}\r\n\r\n"
        + "\n\n\r\n\r\r\ndata: x\r\r\ndata: é😀\n\r\n" + "event: message_stop\ndata: {}\n\ndata: never ended\n"

    @Test func allCutsShowTheSameEvents() {
        let bytes = Array(Self.recorded.utf8)
        let whole = events(bytes, pieces: bytes.count)
        #expect(whole.count == 5)
        for size in 1..<bytes.count { #expect(events(bytes, pieces: size) == whole, "pieces of \(size)") }
    }

    @Test func everyCutIntoTwoShowsTheSameEvents() {
        let bytes = Array(Self.recorded.utf8)
        let whole = events(bytes, pieces: bytes.count)
        for cut in 1..<bytes.count {
            var scanner = EventStreamScanner()
            var shown: [[UInt8]] = []
            Array(bytes[..<cut]).withUnsafeBytes { scanner.scan($0) { shown.append(Array($0)) } }
            Array(bytes[cut...]).withUnsafeBytes { scanner.scan($0) { shown.append(Array($0)) } }
            #expect(shown == whole, "cut at \(cut)")
        }
    }

    @Test func emptyLinesAreNoEvents() {
        #expect(texts("\n\n\r\n\r\r\n") == [])
        #expect(texts("\n\n\r\n\r\r\n", pieces: 1) == [])
    }

    @Test func anEventIsShownWithItsEmptyLine() {
        #expect(texts("data: a\n\ndata: b\r\n\r\n") == ["data: a\n\n", "data: b\r\n\r\n"])
    }

    @Test(arguments: [
        ("", true), ("data: a\n\n", true), ("data: a\r\n\r\n", true), ("\n", true), ("data: a\n", false), ("d", false),
        ("data: a\r\n\r", false), ("data: a\n\ne", false), (": c\n", false), ("data: a\n\n\r", false),
    ])
    func boundaries(_ stream: String, _ expected: Bool) {
        #expect(isAtBoundary(stream) == expected)
    }

    @Test(arguments: [1 << 16, 4097, (1 << 20) + 100])
    func tooLongEventsPassUnseen(_ size: Int) {
        let giant =
            Array("data: ".utf8) + [UInt8](repeating: 0x61, count: EventStreamScanner.eventBytesMax)
            + Array("\n\n".utf8)
        let small = Array("data: b\n\n".utf8)
        #expect(events(giant + small, pieces: size) == [small])
    }

    @Test func theLimitIsExact() {
        let frame = "data: \n\n".utf8.count
        for (extra, count) in [(0, 1), (1, 0)] {
            let text = [UInt8](repeating: 0x61, count: EventStreamScanner.eventBytesMax - frame + extra)
            let event = Array("data: ".utf8) + text + Array("\n\n".utf8)
            for size in [event.count, 65_536, event.count - 1] { #expect(events(event, pieces: size).count == count) }
        }
    }

    @Test(arguments: [
        ("event: a\ndata: b\n\n", "a", "b"), ("event:a\r\ndata:b\r\n\r\n", "a", "b"), ("data: b\n\n", "", "b"),
        (": c\nid: 4\n\n", "", ""), ("event:  a\ndata:\n\n", " a", ""), ("events: a\ndata b\n\n", "", ""),
        ("data: a\nevent: b\n\n", "b", "a"), ("data: a\ndata: b\n\n", "", "a"), ("", "", ""),
    ])
    func fields(_ block: String, _ name: String, _ data: String) {
        Array(block.utf8).withUnsafeBytes { bytes in
            let event = ServerSentEvent(bytes)
            #expect(String(decoding: event.name, as: UTF8.self) == name)
            #expect(String(decoding: event.data, as: UTF8.self) == data)
        }
    }

    @Test(arguments: [
        ("event: a", true), ("data:", true), (": hello", true), (":", true), ("id: 1", true), ("retry: 5", true),
        ("\r\n\ndata: x", true), ("\u{feff}event: x", true), ("\u{feff}\n: x", true),
        ("", false), ("e", false), ("event", false), ("dat", false), ("\u{feff}", false), ("\n\n", false),
        ("{\"event:\": 1}", false), ("[1]", false), ("\"data:\"", false), ("\n{\"a\": 1}", false), (" data: x", false),
        ("<html>", false), ("events: x", false), ("null", false),
    ]) func aStreamIsKnownByItsBeginning(_ text: String, _ isStream: Bool) {
        Array(text.utf8).withUnsafeBytes { #expect(EventStreamScanner.looksLikeEvents($0) == isStream) }
    }

    @Test func namesAreComparedWhole() {
        Array("event: ping\n\n".utf8).withUnsafeBytes { bytes in
            #expect(ServerSentEvent(bytes).isNamed("ping"))
            #expect(!ServerSentEvent(bytes).isNamed("pin"))
            #expect(!ServerSentEvent(bytes).isNamed("pings"))
        }
    }

    @Test func fieldNamesOfAnyLengthAreKept() {
        var fields = HTTPFields()
        fields.append(String(repeating: "n", count: 70_000), "v")
        fields.append("after", "w")
        #expect(fields["after"] == "w")
        #expect(fields.list.first?.name.utf8.count == 70_000)
    }
}

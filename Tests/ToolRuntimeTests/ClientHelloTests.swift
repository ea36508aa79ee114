import Testing
import ToolRuntime

@Suite struct ClientHelloTests {
    private func read(_ bytes: [UInt8]) -> ClientHello { bytes.withUnsafeBytes { ClientHello.read($0) } }

    @Test(arguments: [1, 2, 3, 7, 64, 1 << 14]) func `The name is found however the hello is cut`(_ recordBytes: Int) {
        let whole = clientHello("example.org", recordBytes: recordBytes)
        #expect(read(whole) == .complete(serverName: "example.org"))
        for count in whole.indices {
            guard case .needsMore(let needed) = read(Array(whole[..<count])) else {
                Issue.record("\(count) of \(whole.count) bytes: \(read(Array(whole[..<count])))")
                return
            }
            #expect(needed > count && needed <= whole.count)
        }
        #expect(read(whole + [23, 3, 3, 0, 1, 0]) == .complete(serverName: "example.org"))
    }

    @Test func `A hello without a name is one`() { #expect(read(clientHello(nil)) == .complete(serverName: nil)) }

    @Test(arguments: ["GET / HTTP/1.1\r\n", "SSH-2.0-x\r\n", "\u{80}\u{1}"]) func `Others are not TLS`(_ text: String) {
        #expect(read(Array(text.unicodeScalars.map { UInt8($0.value) })) == .notTLS)
    }

    @Test func `Two names, a wrong length or another message are refused`() {
        let second: [UInt8] = [0, 0, 0, 6, 0, 4, 0, 0, 1, 0x61]
        let twoInOne: [UInt8] = [0, 0, 0, 10, 0, 8, 0, 0, 1, 0x61, 0, 0, 1, 0x62]
        let cutOff: [UInt8] = [0, 5, 0, 9, 1]
        var longer = clientHello("example.org")
        longer[8] += 1
        var finished = clientHello("example.org")
        finished[5] = 20
        for bytes in [
            clientHello("example.org", extra: second), clientHello(nil, extra: twoInOne),
            clientHello(nil, extra: cutOff),
            clientHello(nil, extra: [0, 0, 0, 0]), clientHello(nil, extra: [0, 0, 0, 2, 0, 0]),
            clientHello("exa\u{0}mple.org").map { $0 == 0x6D ? 0xFF : $0 }, finished,
            [22, 3, 1, 0, 0], [22, 3, 1, 0xFF, 0xFF], [22, 2, 0, 0, 5], [22, 3, 1, 0, 4, 1, 0xFF, 0xFF, 0xFF],
            Array(clientHello("example.org", recordBytes: 20).prefix(25)) + [23, 3, 3, 0, 1, 0],
        ] {
            guard case .malformed = read(bytes) else {
                Issue.record("\(bytes) is \(read(bytes))")
                continue
            }
        }
        #expect(read(longer) != .complete(serverName: "example.org"))
    }

    @Test func `What never ends is given up`() {
        // A hello that announces much, in records of one byte each.
        var bytes: [UInt8] = [22, 3, 1, 0, 4, 1, 0, 0x70, 0]
        while bytes.count < 2 * ClientHello.bytesMax { bytes += [22, 3, 1, 0, 1, 0] }
        guard case .malformed = read(bytes) else {
            Issue.record("still waiting")
            return
        }
    }
}

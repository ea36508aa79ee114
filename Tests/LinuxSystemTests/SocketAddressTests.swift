import LinuxSystem
import TestSupport
import Testing

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1:80", true), ("127.200.3.4", "127.200.3.4:80", true),
        ("localhost", "127.0.0.1:80", true),
        ("0.0.0.0", "0.0.0.0:80", false), ("10.0.0.1", "10.0.0.1:80", false), ("::1", "[::1]:80", true),
        ("0:0:0:0:0:0:0:1", "[0:0:0:0:0:0:0:1]:80", true), ("::", "[::]:80", false), ("fe80::1", "[fe80::1]:80", false),
    ])
    func takesNumbers(host: String, text: String, isLoopback: Bool) throws {
        let address = try #require(SocketAddress(host: host, port: 80))
        #expect(address.description == text)
        #expect(address.isLoopback == isLoopback)
    }

    @Test(arguments: [
        "", "example.org", "127.1", "127.0.0.1.evil.org", "0127.0.0.1", "1.2.3.256", "[::1]", "::1%lo", " 127.0.0.1",
    ])
    func takesNothingElse(host: String) { #expect(SocketAddress(host: host, port: 1) == nil) }

    @Test func listensAndSaysOnWhichPort() throws {
        let address = try #require(SocketAddress(host: "127.0.0.1", port: 0))
        let listener = try Socket.listen(on: address, sharingPort: false)
        let port = try Socket.port(of: listener.raw)
        #expect(port != 0)
        let client = try Socket.connect(to: address.with(port: port), timeout: .seconds(10))
        #expect(try Socket.accept(listener.raw) != nil)
        #expect(client.raw >= 0)
        #expect(throws: SystemError.self) { _ = try Socket.listen(on: address.with(port: port), sharingPort: false) }
    }

    @Test func aUnixSocketIsItsOwnersAlone() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/socket"
            let listener = try Socket.listen(onPath: path)
            #expect(try File.status(path).mode == 0o600)
            let client = try Socket.connect(toPath: path)
            #expect(try Socket.peerUID(client.raw) == ProcessInfo.uid)
            // Somebody answers there: it must not be taken from them.
            do throws(SystemError) {
                _ = try Socket.listen(onPath: path)
                Issue.record("a socket in use was replaced")
            } catch { #expect(error.isAddressInUse) }
            #expect(listener.raw >= 0)
        }
    }

    @Test func aUnixSocketThatNobodyListensOnIsReplacedAndAFileIsNot() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/socket"
            do { _ = try Socket.listen(onPath: path) }
            #expect(File.exists(path))
            let again = try Socket.listen(onPath: path)
            #expect(again.raw >= 0)
            try File.writeAtomically("\(folder)/file", [1])
            #expect(throws: SystemError.self) { _ = try Socket.listen(onPath: "\(folder)/file") }
            #expect(try File.read("\(folder)/file") == [1])
            #expect(throws: SystemError.self) {
                _ = try Socket.listen(onPath: folder + "/" + String(repeating: "x", count: 200))
            }
        }
    }
}

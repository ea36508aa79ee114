internal import LinuxSystem
package import Sandbox
internal import Synchronization
internal import ToolRuntime

/// Names as somebody has them whose name server works against us. Nobody is asked for any.
final class ProofNames: NameResolver {
    /// Public names: what they lead to is up to whoever has them.
    static let toLoopback = "loopback.sidecar-proof.net"
    static let toLoopback6 = "loopback6.sidecar-proof.net"
    static let toBoth = "both.sidecar-proof.net"
    static let toMetadata = "metadata.sidecar-proof.net"
    /// Nobody grants it but a `*`.
    static let secret = "a-secret-in-a-name.sidecar-proof.net"

    private static let table = [
        toLoopback: ["127.0.0.1"], toLoopback6: ["::1"], toBoth: ["192.0.2.1", "127.0.0.1"],
        toMetadata: ["169.254.169.254"], "localhost": ["127.0.0.1"], "metadata.google.internal": ["169.254.169.254"],
    ]

    private let asked = Mutex<[String]>([])

    func addresses(of name: String) async throws(NameLookup.Failure) -> [IPAddress] {
        asked.withLock { $0.append(name) }
        guard let found = Self.table[name] else { throw NameLookup.Failure(reason: "no such name") }
        return found.compactMap { IPAddress($0) }
    }

    /// Since this was last asked.
    func takeAsked() -> [String] {
        asked.withLock { asked in
            defer { asked = [] }
            return asked
        }
    }
}

/// The proxy that controls talk to: the same one, under rules that nobody writes. What gets by it would have worked.
package final class OpenProxy: Sendable {
    let port: UInt16
    let names = ProofNames()
    private let proxy: EgressProxy

    /// This machine, by every name that the attempts have for it.
    private static let rules = ["*:*", "127.0.0.1:*", "[::1]:*", "localhost:*"]

    init(on loop: EventLoop) throws(SystemError) {
        guard let address = SocketAddress(host: "127.0.0.1", port: 0) else {
            throw SystemError(call: "inet_pton", code: SystemError.notFound)
        }
        let listener = try Socket.listen(on: address, sharingPort: false)
        port = try Socket.port(of: listener.raw)
        proxy = EgressProxy(listener, on: loop, judge: EgressJudge(Self.open), resolver: names) { _ in }
        try proxy.start()
    }

    func stop() { proxy.stop() }

    /// As a policy would have to say it; also what a proof is shown to notice.
    package static let open: NetworkRules = {
        var rules = NetworkRules()
        rules.allow = OpenProxy.rules.compactMap { try? HostPattern.parse($0) }.map {
            PolicyRule($0, name: "network.allow", place: RulePlace(file: "(control)", line: 1, column: 1))
        }
        return rules
    }()
}

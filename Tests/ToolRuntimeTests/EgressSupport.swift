import LinuxSystem
import Sandbox
import TestSupport
import Testing

@testable import ToolRuntime

/// Names as a test wants them, and who asked for which.
final class TableResolver: NameResolver {
    /// The first look-up gets the first answer, and so on; the last one stays.
    private let table: [String: [[String]]]
    let asked = Shared<[String]>([])

    init(_ table: [String: [[String]]]) { self.table = table }

    func addresses(of name: String) async throws(NameLookup.Failure) -> [IPAddress] {
        let before = asked.value.count { $0 == name }
        asked.change { $0.append(name) }
        guard let answers = table[name] else { throw NameLookup.Failure(reason: "no such name") }
        return answers[min(before, answers.count - 1)].compactMap { IPAddress($0) }
    }
}

func networkRules(_ allow: [String]) throws -> NetworkRules {
    var rules = NetworkRules()
    rules.allow = try allow.enumerated().map { index, text in
        PolicyRule(
            try HostPattern.parse(text), name: "network.allow[\(index)]",
            place: RulePlace(file: "policy.yaml", line: 10 + index, column: 5))
    }
    return rules
}

/// A proxy on a port of its own, and what it reported.
struct TestProxy: Sendable {
    let proxy: EgressProxy
    let loop: EventLoop
    let port: UInt16
    let resolver: TableResolver
    let events: Shared<[EgressEvent]>

    func connect() throws -> TestSocket { try TestSocket(connectingTo: port) }

    /// Sends `text` on a connection of its own and reads one answer.
    func ask(_ text: String, hasBody: Bool = true) throws -> TestMessage? {
        let socket = try connect()
        socket.send(text)
        return socket.readAnswer(hasBody: hasBody)
    }

    func get(_ url: String, host: String) throws -> TestMessage? {
        try ask("GET \(url) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
    }

    /// An open tunnel, or the answer that refused it.
    func tunnel(_ target: String) throws -> (TestSocket, TestMessage?) {
        let socket = try connect()
        socket.send("CONNECT \(target) HTTP/1.1\r\nHost: \(target)\r\n\r\n")
        let answer = socket.readAnswer(hasBody: false)
        return (socket, answer)
    }

    var denials: [EgressDenial] {
        events.value.compactMap { if case .denied(let denial) = $0 { denial } else { nil } }
    }

    var records: [EgressRecord] {
        events.value.compactMap { if case .ended(let record) = $0 { record } else { nil } }
    }

    func connectionCount() async -> Int { await loop.call { proxy.connectionCount } }
}

func withProxy(
    allow: [String], names: [String: [[String]]] = [:], limits: EgressLimits = .patient,
    clock: any Clock = MonotonicClock(), _ body: (TestProxy) async throws -> Void
) async throws {
    let judge = EgressJudge(try networkRules(allow))
    let resolver = TableResolver(names)
    try await withLoop(clock: clock) { loop in
        let listener = try Socket.listen(on: SocketAddress(host: "127.0.0.1", port: 0)!, sharingPort: false)
        let port = try Socket.port(of: listener.raw)
        let events = Shared<[EgressEvent]>([])
        let proxy = EgressProxy(listener, on: loop, judge: judge, resolver: resolver, limits: limits) { event in
            events.change { $0.append(event) }
        }
        await loop.call { do { try proxy.start() } catch { Issue.record(error) } }
        let subject = TestProxy(proxy: proxy, loop: loop, port: port, resolver: resolver, events: events)
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(subject)) } catch { outcome = .failure(error) }
        await loop.call { proxy.stop() }
        #expect(await eventually { await subject.connectionCount() == 0 }, "a conversation outlived its proxy")
        try outcome.get()
    }
}

/// A ClientHello as clients send it, with or without a name.
func clientHello(_ name: String?, extra: [UInt8] = [], recordBytes: Int = 1 << 14) -> [UInt8] {
    func vector(_ bytes: [UInt8], _ lengthBytes: Int) -> [UInt8] {
        (0..<lengthBytes).reversed().map { UInt8(bytes.count >> (8 * $0) & 0xFF) } + bytes
    }
    var extensions: [UInt8] = [0x00, 0x17, 0x00, 0x00]
    if let name { extensions += [0, 0] + vector(vector([0] + vector(Array(name.utf8), 2), 2), 2) }
    extensions += extra
    let body =
        [3, 3] + [UInt8](repeating: 7, count: 32) + vector([UInt8](repeating: 1, count: 32), 1)
        + vector([0x13, 0x01], 2) + vector([0], 1) + vector(extensions, 2)
    let message = [1] + vector(body, 3)
    return stride(from: 0, to: message.count, by: recordBytes).flatMap { start in
        [22, 3, 1] + vector(Array(message[start..<min(message.count, start + recordBytes)]), 2)
    }
}

extension EgressLimits {
    /// A machine that is busy with something else for ten seconds changes no answer.
    static var patient: EgressLimits {
        var limits = EgressLimits()
        limits.headTime = .seconds(300)
        limits.connectTime = .seconds(300)
        return limits
    }
}

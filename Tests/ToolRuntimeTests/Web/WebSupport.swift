import HTTP
import LinuxSystem
import Sandbox
import TestSupport

@testable import ToolRuntime

/// Fetches from a server of the test's own, which names lead to as its table says.
final class TestFetcher: @unchecked Sendable {
    let loop: EventLoop
    /// Made and let go of on the loop.
    private var client: UpstreamClient?
    let rules: NetworkRules
    let resolver: TableResolver
    let limits: WebLimits

    init(_ loop: EventLoop, _ rules: NetworkRules, _ resolver: TableResolver, _ limits: WebLimits) {
        self.loop = loop
        self.rules = rules
        self.resolver = resolver
        self.limits = limits
    }

    func open() async {
        await loop.call { self.client = UpstreamClient(on: self.loop, limits: UpstreamLimits()) }
    }

    func close() async { await loop.call { self.client = nil } }

    func fetch(
        _ url: String, within time: TimeSpan = .seconds(60)
    ) async throws -> Result<WebFetcher.Page, WebFetcher.Failure> {
        let address = try FetchAddress(url, rules)
        let task = Task(executorPreference: loop) { [self] () -> Result<WebFetcher.Page, WebFetcher.Failure> in
            guard let client else { return .failure(.cancelled) }
            var fetcher = WebFetcher(rules: rules, resolver: resolver, client: client)
            fetcher.limits = limits
            do throws(WebFetcher.Failure) {
                return .success(try await fetcher.fetch(address, within: time))
            } catch {
                return .failure(error)
            }
        }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }
}

func withFetcher(
    allow: [String], names: [String: [[String]]] = [:], limits: WebLimits = .patient,
    _ body: (TestFetcher) async throws -> Void
) async throws {
    try await withLoop { loop in
        let fetcher = TestFetcher(loop, try networkRules(allow), TableResolver(names), limits)
        await fetcher.open()
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(fetcher)) } catch { outcome = .failure(error) }
        await fetcher.close()
        try outcome.get()
    }
}

extension WebLimits {
    static var patient: WebLimits {
        var limits = WebLimits()
        limits.connectTime = .seconds(300)
        limits.answerTime = .seconds(300)
        limits.totalTime = .seconds(300)
        return limits
    }
}

/// As many zeros as wanted, packed a thousand to one.
func packedZeros(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
    var held: UInt32 = 0
    var bits = 0
    func put(_ value: UInt32, _ count: Int) {
        held |= value << UInt32(bits)
        bits += count
        while bits >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: held))
            held >>= 8
            bits -= 8
        }
    }
    // One last block with the fixed code: a zero, then again and again 258 bytes from one back (RFC 1951, section 3.2.6).
    put(0b011, 3)
    put(0b0000_1100, 8)
    for _ in 0..<count / 258 {
        put(0b1010_0011, 8)
        put(0, 5)
    }
    put(0, 7)
    put(0, 7)
    return bytes + [0, 0, 0, 0, 0, 0, 0, 0]
}

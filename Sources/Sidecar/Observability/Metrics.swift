package import LinuxSystem

/// The counters of one event loop. No lock: it is written on its loop, and read there by whoever scrapes.
package struct Metrics {
    /// A thousand times the largest context window there is.
    private static let tokensOfOneAnswerMax = 1 << 30

    package struct RequestKey: Hashable {
        package let route: String
        package let provider: String
        package let status: Int
    }

    package struct TokenKey: Hashable {
        package let provider: String
        package let kind: String
    }

    package private(set) var requests: [RequestKey: Int] = [:]
    package private(set) var durations: [String: Histogram] = [:]
    package private(set) var timesToFirstToken: [String: Histogram] = [:]
    package private(set) var tokens: [TokenKey: Int] = [:]
    package private(set) var upstreamErrors: [TokenKey: Int] = [:]
    package private(set) var clientsLeft = 0
    package private(set) var keepAlives = 0
    package var inFlight = 0
    package var streamsOpen = 0
    package var connections = 0
    package var upstreamTransfers = 0
    package var longestTurn = TimeSpan.zero

    package init() {}

    /// - route: what it is counted as, where that is no address.
    package mutating func record(_ record: RequestRecord, as name: String? = nil) {
        let provider = record.provider ?? ""
        let route = name ?? record.route.label
        requests[RequestKey(route: route, provider: provider, status: record.status), default: 0] += 1
        durations[route, default: Histogram()].observe(record.duration)
        if let time = record.timeToFirstToken { timesToFirstToken[provider, default: Histogram()].observe(time) }
        count(provider, "input", record.usage.input)
        count(provider, "output", record.usage.output)
        count(provider, "cache_read", record.usage.cacheRead)
        count(provider, "cache_creation", record.usage.cacheCreation)
        if record.clientLeft { clientsLeft += 1 }
        keepAlives += record.keepAlives
    }

    package mutating func recordUpstreamError(_ provider: String, _ kind: String) {
        upstreamErrors[TokenKey(provider: provider, kind: kind), default: 0] += 1
    }

    private mutating func count(_ provider: String, _ kind: String, _ amount: Int) {
        // The amount is an upstream's word: no number that it can say may stop the program.
        let believed = min(amount, Self.tokensOfOneAnswerMax)
        if believed > 0 { tokens[TokenKey(provider: provider, kind: kind), default: 0] &+= believed }
    }

    package mutating func add(_ other: Metrics) {
        requests.merge(other.requests, uniquingKeysWith: +)
        tokens.merge(other.tokens, uniquingKeysWith: &+)
        upstreamErrors.merge(other.upstreamErrors, uniquingKeysWith: +)
        durations.merge(other.durations) { Self.sum($0, $1) }
        timesToFirstToken.merge(other.timesToFirstToken) { Self.sum($0, $1) }
        clientsLeft += other.clientsLeft
        keepAlives += other.keepAlives
        inFlight += other.inFlight
        streamsOpen += other.streamsOpen
        connections += other.connections
        upstreamTransfers += other.upstreamTransfers
        longestTurn = max(longestTurn, other.longestTurn)
    }

    private static func sum(_ left: Histogram, _ right: Histogram) -> Histogram {
        var result = left
        result.add(right)
        return result
    }
}

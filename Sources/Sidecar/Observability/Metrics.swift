internal import LinuxSystem

/// The counters of one event loop. No lock: it is written on its loop, and read there by whoever scrapes.
struct Metrics {
    struct RequestKey: Hashable {
        let route: String
        let provider: String
        let status: Int
    }

    struct TokenKey: Hashable {
        let provider: String
        let kind: String
    }

    private(set) var requests: [RequestKey: Int] = [:]
    private(set) var durations: [String: Histogram] = [:]
    private(set) var timesToFirstToken: [String: Histogram] = [:]
    private(set) var tokens: [TokenKey: Int] = [:]
    private(set) var upstreamErrors: [TokenKey: Int] = [:]
    private(set) var clientsLeft = 0
    private(set) var keepAlives = 0
    var inFlight = 0
    var streamsOpen = 0
    var connections = 0
    var upstreamTransfers = 0
    var longestTurn = TimeSpan.zero

    mutating func record(_ record: RequestRecord) {
        let provider = record.provider ?? ""
        let route = record.route.label
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

    mutating func recordUpstreamError(_ provider: String, _ kind: String) {
        upstreamErrors[TokenKey(provider: provider, kind: kind), default: 0] += 1
    }

    private mutating func count(_ provider: String, _ kind: String, _ amount: Int) {
        if amount > 0 { tokens[TokenKey(provider: provider, kind: kind), default: 0] += amount }
    }

    mutating func add(_ other: Metrics) {
        requests.merge(other.requests, uniquingKeysWith: +)
        tokens.merge(other.tokens, uniquingKeysWith: +)
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

internal import LinuxSystem

/// What is remembered of one request for the log, the metrics and /debug. Never a body, never a credential.
struct RequestRecord {
    /// Ours; the client sees it unless the upstream gave one.
    let id: String
    let method: String
    /// Without the query: it may hold what nobody should read in a log.
    let path: String
    let route: GatewayRoute
    var upstreamID: String? { didSet { upstreamID = upstreamID?.cut(to: Self.textMax) } }
    var provider: String?
    var model: String? { didSet { model = model?.cut(to: Self.textMax) } }
    var routeName: String?
    var status = 0
    var isStream = false
    var bytesIn = 0
    var bytesOut = 0
    var duration = TimeSpan.zero
    /// To the first event with content, or to the first byte of an answer that does not stream.
    var timeToFirstToken: TimeSpan?
    var usage = TokenUsage()
    var keepAlives = 0
    var clientLeft = false
    var error: String? { didSet { error = error?.cut(to: Self.errorMax) } }

    /// Longer than any name that means something. Clients choose these texts, and 200 of them are kept (`RecentErrors`).
    static let textMax = 200
    static let methodMax = 20
    /// Enough for our own sentences with a piece of an upstream's answer in them.
    static let errorMax = 1000

    init(id: String, method: String, path: Substring, route: GatewayRoute) {
        self.id = id
        self.method = method.cut(to: Self.methodMax)
        self.path = String(path).cut(to: Self.textMax)
        self.route = route
    }
}

/// What an answer says that it cost.
struct TokenUsage: Equatable {
    var input = 0
    var output = 0
    var cacheRead = 0
    var cacheCreation = 0

    var isEmpty: Bool { self == TokenUsage() }
}

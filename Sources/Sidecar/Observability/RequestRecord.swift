package import LinuxSystem

/// What is remembered of one request for the log, the metrics and /debug. Never a body, never a credential.
package struct RequestRecord {
    /// Ours; the client sees it unless the upstream gave one.
    package let id: String
    package let method: String
    /// Without the query: it may hold what nobody should read in a log.
    package let path: String
    package let route: GatewayRoute
    package var upstreamID: String? { didSet { upstreamID = upstreamID?.cut(to: Self.textMax) } }
    package var provider: String?
    package var model: String? { didSet { model = model?.cut(to: Self.textMax) } }
    package var routeName: String?
    /// What the provider has no word for, and did not get.
    package var leftOut: String?
    package var status = 0
    package var isStream = false
    package var bytesIn = 0
    package var bytesOut = 0
    package var duration = TimeSpan.zero
    /// To the first event with content, or to the first byte of an answer that does not stream.
    package var timeToFirstToken: TimeSpan?
    package var usage = TokenUsage()
    package var keepAlives = 0
    package var clientLeft = false
    /// The sidecar was ended before the answer was.
    package var wasCutByShutdown = false
    package var error: String? { didSet { error = error?.cut(to: Self.errorMax) } }

    /// Longer than any name that means something. Clients choose these texts, and 200 of them are kept (`RecentErrors`).
    package static let textMax = 200
    package static let methodMax = 20
    /// Enough for our own sentences with a piece of an upstream's answer in them.
    package static let errorMax = 1000

    package init(id: String, method: String, path: String, route: GatewayRoute) {
        self.id = id
        self.method = method.cut(to: Self.methodMax)
        self.path = path.cut(to: Self.textMax)
        self.route = route
    }
}

/// What an answer says that it cost.
package struct TokenUsage: Equatable {
    package var input = 0
    package var output = 0
    package var cacheRead = 0
    package var cacheCreation = 0

    package init() {}

    package var isEmpty: Bool { self == TokenUsage() }
}

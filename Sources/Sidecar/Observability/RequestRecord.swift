internal import LinuxSystem

/// What is remembered of one request for the log, the metrics and /debug. Never a body, never a credential.
struct RequestRecord {
    /// Ours; the client sees it unless the upstream gave one.
    let id: String
    let method: String
    /// Without the query: it may hold what nobody should read in a log.
    let path: String
    let route: GatewayRoute
    var upstreamID: String?
    var provider: String?
    var model: String?
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
    var error: String?
}

/// What an answer says that it cost.
struct TokenUsage: Equatable {
    var input = 0
    var output = 0
    var cacheRead = 0
    var cacheCreation = 0

    var isEmpty: Bool { self == TokenUsage() }
}

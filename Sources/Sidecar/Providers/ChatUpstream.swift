internal import HTTP
internal import Translation

/// A provider that takes chat completions: where it is, what it gets besides the body, and what it is like.
struct ChatUpstream: Sendable {
    let name: String
    let target: UpstreamTarget
    let dialect: ChatDialect
    private let key: Secret?
    private let headers: [ProviderHeader]

    static let path = "/chat/completions"

    init?(_ name: String, _ settings: ChatProvider, _ configuration: Configuration, environment: [String: String]) {
        guard let baseURL = settings.baseURL else { return nil }
        self.name = name
        key = settings.key
        headers = settings.headers
        dialect = settings.dialect
        target = configuration.upstreamTarget(
            baseURL, caFile: settings.caFile, proxy: settings.proxy, environment: environment)
    }

    /// For messages to people: no credentials, no query.
    var address: String { target.baseURL }

    /// Nothing of the client's: its fields speak of another API, and its credentials are for another provider.
    func fields(wantsStream: Bool) -> HTTPFields {
        var fields: HTTPFields = [
            "Content-Type": "application/json", "Accept": wantsStream ? "text/event-stream" : "application/json",
            "User-Agent": Version.userAgent,
        ]
        if let key { fields.append("Authorization", "Bearer \(key.reveal())") }
        for header in headers { fields.set(header.name, header.value.reveal()) }
        return fields
    }
}

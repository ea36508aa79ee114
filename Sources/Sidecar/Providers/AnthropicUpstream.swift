internal import HTTP
internal import LinuxSystem

/// A provider that speaks Anthropic's API: what is forwarded to it, and with whose credentials.
struct AnthropicUpstream: Sendable {
    let name: String
    let target: UpstreamTarget
    private let key: Secret?
    private let headers: [ProviderHeader]

    init(
        _ name: String, _ settings: AnthropicProvider, _ configuration: Configuration, environment: [String: String]
    ) {
        self.name = name
        key = settings.key
        headers = settings.headers
        target = configuration.upstreamTarget(
            settings.baseURL, caFile: settings.caFile, proxy: settings.proxy, environment: environment)
    }

    /// For messages to people: no credentials, no query.
    var address: String { target.baseURL }

    func fields(_ fields: HTTPFields, keyFields: [String]) -> HTTPFields {
        var result = ForwardedFields.request(
            fields, keyFields: keyFields, replacesCredentials: key != nil)
        if let key { result.append("x-api-key", key.reveal()) }
        for header in headers { result.set(header.name, header.value.reveal()) }
        return result
    }

    /// For a client of OpenAI's API, which knows no version, and one way only to send a key.
    func fieldsForChat(_ fields: HTTPFields, keyFields: [String]) -> HTTPFields {
        var result = self.fields(fields, keyFields: keyFields)
        result.set("anthropic-version", "2023-06-01")
        result.set("Content-Type", "application/json")
        guard key == nil, let bearer = result["authorization"], bearer.prefix(7).lowercased() == "bearer " else {
            return result
        }
        result.remove("authorization")
        result.set("x-api-key", String(bearer.dropFirst(7)))
        return result
    }
}

extension Configuration {
    /// What a provider does not say itself holds for all of them.
    func upstreamTarget(
        _ baseURL: BaseURL, caFile: String?, proxy: ProxySetting?, environment: [String: String]
    ) -> UpstreamTarget {
        UpstreamTarget(
            baseURL: baseURL.description, usesHTTP2: upstream.http2, authorityFile: caFile ?? upstream.caFile,
            proxy: (proxy ?? upstream.proxy).text(environment), limits: upstreamLimits)
    }

    var upstreamLimits: UpstreamLimits {
        var result = UpstreamLimits()
        result.connectTime = upstream.connectTime
        result.firstByteTime = upstream.firstByteTime
        result.idleTime = upstream.idleTime
        result.keepAliveTime = upstream.keepAliveTime
        result.idleConnections = upstream.idleConnections
        result.streamsPerConnection = limits.streamsPerConnection
        return result
    }
}

package import JSON

/// What a program must know to be a client of a sidecar. A running sidecar tells it over its control socket, so that
/// what counts is the configuration in force there, flags included, and not what a file says by now.
package struct ClientFacts: Sendable, Equatable {
    /// Where clients connect.
    package let url: String
    /// One of `auth.keys`, when there are any.
    package let key: Secret?
    /// The provider of the default route has no key of its own: the client's credentials go there.
    package let needsCredentials: Bool
    /// PROVIDER/MODEL that the default route asks for, whatever model the client names. With the provider, because the
    /// model's own name may begin like that of another provider.
    package let model: String?

    package init(url: String, key: Secret? = nil, needsCredentials: Bool = true, model: String? = nil) {
        self.url = url
        self.key = key
        self.needsCredentials = needsCredentials
        self.model = model
    }

    /// `address`: HOST:PORT where it listens.
    package init(_ configuration: Configuration, address: String) {
        let target = configuration.routes.default
        let provider = target.flatMap { configuration.provider(named: $0.provider) } ?? configuration.providers.first
        self.init(
            url: Self.url(listening: address), key: configuration.auth.keys.first,
            needsCredentials: provider?.needsClientCredentials ?? true,
            model: target.flatMap { $0.model == nil ? nil : $0.description })
    }

    /// Every address of a machine is none to connect to: from the machine itself it is loopback.
    package static func url(listening address: String) -> String {
        var address = address
        if address.hasPrefix("0.0.0.0:") { address = "127.0.0.1:" + address.dropFirst("0.0.0.0:".count) }
        if address.hasPrefix("[::]:") { address = "[::1]:" + address.dropFirst("[::]:".count) }
        return "http://\(address)"
    }
}

extension ProviderConfiguration {
    fileprivate var needsClientCredentials: Bool {
        switch kind {
        case .anthropic(let settings): settings.key == nil
        case .chat, .native, .scripted: false
        }
    }
}

extension ClientFacts {
    /// For the control socket only: the key is in it.
    package var json: JSONValue {
        [
            "url": .string(url), "key": key.map { .string($0.reveal()) } ?? .null,
            "needs_credentials": .bool(needsCredentials), "model": model.map { .string($0) } ?? .null,
        ]
    }

    package init?(_ json: JSONValue) {
        guard let url = json["url"]?.string else { return nil }
        self.init(
            url: url, key: json["key"]?.string.map { Secret($0) },
            needsCredentials: json["needs_credentials"]?.bool ?? true,
            model: json["model"]?.string)
    }
}

internal import LinuxSystem

/// What `serve` says when it is ready: where it is, how to point an agent at it, what it will do with requests.
struct Banner {
    private let lines: [(label: String, text: String)]
    private let address: SocketAddress

    init(_ loaded: LoadedConfiguration, address: SocketAddress, policy: String, sandbox: String) {
        let configuration = loaded.configuration
        self.address = address
        var lines: [(String, String)] = []
        lines.append(("point an agent", "export ANTHROPIC_BASE_URL=http://\(address)"))
        lines.append(("or run it", "sidecar code"))
        lines += Self.providers(configuration.providers)
        lines.append(
            (
                "default route",
                configuration.routes.default?.description
                    ?? "none: a model must be named in `models`, or as provider/model"
            ))
        lines.append(
            (
                "access",
                configuration.auth.keys.isEmpty
                    ? "everybody on this machine" : "with a key of auth.keys"
            ))
        lines.append(("policy", policy))
        lines.append(("sandbox", sandbox))
        lines.append(("configuration", loaded.file ?? "defaults (no sidecar.yaml)"))
        self.lines = lines
    }

    /// A line for each, and not more than one can take in.
    private static func providers(_ providers: [ProviderConfiguration]) -> [(String, String)] {
        let shown = providers.count > providersShownMax ? providersShownMax - 1 : providers.count
        var texts = providers.prefix(shown).map { "\($0.name) (\(describe($0)))" }
        if shown < providers.count {
            texts.append("and \(providers.count - shown) more, which `sidecar status` lists")
        }
        return texts.enumerated().map { ($0 == 0 ? "providers" : "", $1) }
    }

    private static let providersShownMax = 8

    private static func describe(_ provider: ProviderConfiguration) -> String {
        switch provider.kind {
        case .anthropic(let settings):
            "\(settings.baseURL), \(settings.key == nil ? "with the client's own credentials" : "with the configured key")"
        case .chat(let settings):
            "\(settings.baseURL?.description ?? ""), \(settings.key == nil ? "without a key" : "with the configured key")"
        case .native(let settings): settings.summary
        case .scripted(let settings): "answers from \(settings.script)"
        }
    }

    func text(_ styled: (String, TextStyle) -> String) -> String {
        var text =
            "\n  \(styled("sidecar \(Version.current)", .bold)) is ready at \(styled("http://\(address)", .green))\n\n"
        let width = lines.map(\.label.count).max() ?? 0
        for (label, value) in lines {
            let padding = String(repeating: " ", count: width - label.count)
            text += "  \(styled(label, .dim))\(padding)  \(value)\n"
        }
        return text + "\n"
    }
}

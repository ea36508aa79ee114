internal import LinuxSystem

/// What `serve` says when it is ready: where it is, how to point an agent at it, what it will do with requests.
struct Banner {
    private let lines: [(label: String, text: String)]
    private let address: SocketAddress

    init(_ loaded: LoadedConfiguration, address: SocketAddress, sandbox: String) {
        let configuration = loaded.configuration
        self.address = address
        var lines: [(String, String)] = []
        lines.append(("point an agent", "export ANTHROPIC_BASE_URL=http://\(address)"))
        lines.append(("or run it", "sidecar code"))
        let providers = configuration.providers.map { "\($0.name) (\(Self.describe($0)))" }
        lines.append(("providers", providers.joined(separator: ", ")))
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
        lines.append(("policy", "none yet: this version runs no tools"))
        lines.append(("sandbox", "of this host: \(sandbox)"))
        lines.append(("configuration", loaded.file ?? "defaults (no sidecar.yaml)"))
        self.lines = lines
    }

    private static func describe(_ provider: ProviderConfiguration) -> String {
        switch provider.kind {
        case .anthropic(let settings):
            "\(settings.baseURL), \(settings.key == nil ? "with the client's own credentials" : "with the configured key")"
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

package import HTTP
internal import LinuxSystem
internal import YAML

/// What a configuration means for requests. Made once for each configuration, shared by all event loops, never changed: a
/// reload makes another, and requests under way keep theirs.
package final class GatewaySettings: Sendable {
    enum Provider: Sendable {
        case anthropic(AnthropicUpstream)
        /// Of another API.
        case translated(any TranslatingUpstream)
        case scripted(ScriptedUpstream)

        var isTranslated: Bool { if case .translated = self { true } else { false } }

        /// Where it is; nil for a file.
        var target: UpstreamTarget? {
            switch self {
            case .anthropic(let upstream): upstream.target
            case .translated(let upstream): upstream.target
            case .scripted: nil
            }
        }
    }

    let configuration: Configuration
    let access: AccessGuard
    let router: ModelRouter
    let catalog: ModelCatalog
    let relay: Relay.Settings
    let redaction: Redaction
    let vocabularies: Vocabularies
    private let providers: [String: Provider]
    /// Where paths go that name no model.
    let passThroughProvider: String?

    package init(_ configuration: Configuration, environment: [String: String]) throws(ConfigurationError) {
        self.configuration = configuration
        access = AccessGuard(configuration)
        router = ModelRouter(configuration)
        catalog = ModelCatalog(configuration)
        redaction = configuration.redaction(environment)
        vocabularies = Vocabularies(configuration.tokens, environment: environment)
        try Self.checkVocabulary(configuration.tokens.vocabulary)
        relay = Relay.Settings(
            keepAlive: configuration.streams.keepAlive, keepAliveInterval: configuration.streams.keepAliveInterval)
        var providers: [String: Provider] = [:]
        var firstAnthropic: String?
        for provider in configuration.providers {
            switch provider.kind {
            case .anthropic(let settings):
                try Self.checkAuthorities(provider.name, settings.caFile ?? configuration.upstream.caFile)
                providers[provider.name] = .anthropic(
                    AnthropicUpstream(provider.name, settings, configuration, environment: environment))
                firstAnthropic = firstAnthropic ?? provider.name
            case .chat(let settings):
                try Self.checkAuthorities(provider.name, settings.caFile ?? configuration.upstream.caFile)
                providers[provider.name] = ChatUpstream(
                    provider.name, settings, configuration, environment: environment
                ).map { .translated($0) }
            case .native(let settings):
                try Self.checkAuthorities(provider.name, settings.caFile ?? configuration.upstream.caFile)
                do throws(CredentialsProblem) {
                    providers[provider.name] = try settings.upstream(
                        provider.name, configuration, environment: environment
                    ).map { .translated($0) }
                } catch {
                    let message = "the credentials of provider \(provider.name) cannot be used: \(error.reason)"
                    throw ConfigurationError([
                        ConfigurationProblem(
                            place: .wholeFile(settings.credentials ?? ""), key: "credentials", message: message)
                    ])
                }
            case .scripted(let settings):
                let script = try Script.load(file: settings.script).get()
                providers[provider.name] = .scripted(ScriptedUpstream(script: script))
            }
        }
        self.providers = providers
        let fallback = configuration.routes.default?.provider
        passThroughProvider =
            fallback.flatMap {
                if case .anthropic = providers[$0] { $0 } else { nil }
            } ?? firstAnthropic
    }

    /// Otherwise the first request would be the one to find out.
    private static func checkAuthorities(_ provider: String, _ path: String?) throws(ConfigurationError) {
        guard let path else { return }
        do throws(SystemError) {
            _ = try File.read(path)
        } catch {
            let message = "the certificates for provider \(provider) cannot be read: \(error.reason)"
            throw ConfigurationError([ConfigurationProblem(place: .wholeFile(path), key: "ca_file", message: message)])
        }
    }

    /// What is in it is looked at when somebody counts.
    private static func checkVocabulary(_ path: String?) throws(ConfigurationError) {
        guard let path, !File.exists(path) else { return }
        let message = "there is no vocabulary; `sidecar tokens install` brings one"
        throw ConfigurationError([
            ConfigurationProblem(place: .wholeFile(path), key: "tokens.vocabulary", message: message)
        ])
    }

    /// No other provider, and no name that Anthropic does not know.
    var hasAnthropicOnly: Bool {
        configuration.models.aliases.isEmpty && configuration.modelEntries.isEmpty
            && configuration.providers.allSatisfy { if case .anthropic = $0.kind { true } else { false } }
    }

    func provider(_ name: String) -> Provider? { providers[name] }

    package var serverLimits: ServerLimits {
        var limits = ServerLimits()
        limits.headBytes = configuration.limits.headerBytes
        limits.bodyBytes = configuration.limits.requestBytes
        limits.headTime = configuration.limits.headerTime
        limits.idleTime = configuration.limits.idleTime
        limits.stallTime = configuration.limits.idleTime
        limits.connections = configuration.limits.connections
        return limits
    }
}

internal import LinuxSystem

/// Where a request goes. Pure: names in, a target out.
package struct ModelRouter: Sendable {
    package struct Route: Sendable, Equatable {
        package let provider: String
        /// nil: the name that the client used.
        package let model: String?
        /// Why: `override`, `alias`, `provider` or `default`; what `x-sidecar-route` says.
        package let name: String
    }

    private let providers: [String]
    private let aliases: ModelAliases
    private let fallback: ModelTarget?

    package init(_ configuration: Configuration) {
        providers = configuration.providers.map(\.name)
        aliases = configuration.models
        fallback = configuration.routes.default
    }

    /// `override` is the header `x-sidecar-model`, which counts instead of the model in the body.
    package func route(model: String?, override: String?) throws(APIError) -> Route {
        // A field that is sent empty asks for nothing.
        let override = override == "" ? nil : override
        let wanted = override ?? model
        if let wanted {
            if let target = aliases.target(for: wanted) {
                return Route(
                    provider: target.provider, model: target.model ?? wanted,
                    name: override == nil ? "alias" : "override")
            }
            if let target = providerAndModel(wanted) {
                return Route(
                    provider: target.provider, model: target.model, name: override == nil ? "provider" : "override")
            }
        }
        if let fallback {
            return Route(
                provider: fallback.provider, model: fallback.model ?? override,
                name: override == nil ? "default" : "override")
        }
        throw unknown(wanted)
    }

    /// `openrouter/anthropic/claude-sonnet-4`: the provider stands before the first slash.
    private func providerAndModel(_ name: String) -> ModelTarget? {
        guard let offset = name.firstOffset(of: 0x2f) else { return nil }
        let slash = name.utf8.index(name.startIndex, offsetBy: offset)
        let provider = String(name[..<slash])
        let model = String(name[name.index(after: slash)...])
        return providers.contains(provider) && !model.isEmpty ? ModelTarget(provider: provider, model: model) : nil
    }

    private func unknown(_ wanted: String?) -> APIError {
        let known = aliases.aliases.map(\.pattern) + providers.map { "\($0)/…" }
        guard let wanted else {
            return APIError(400, .invalidRequest, "model: Field required")
        }
        return APIError(
            404, .notFound,
            "model '\(wanted.cut(to: RequestRecord.textMax))' is not known here and no default route is configured; known: "
                + known.joined(separator: ", "))
    }
}

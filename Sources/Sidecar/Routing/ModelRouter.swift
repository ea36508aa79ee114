package import JSON
internal import LinuxSystem
internal import Translation

/// Where a request goes. Pure: names in, a target out.
package struct ModelRouter: Sendable {
    package struct Route: Sendable, Equatable {
        package let provider: String
        /// nil: the name that the client used.
        package let model: String?
        /// Why: `override`, `alias`, `provider` or `default`; what `x-sidecar-route` says.
        package let name: String
        /// What the request gets besides what it says itself.
        package var parameters: JSONObject?
    }

    private let providers: [String]
    private let aliases: ModelAliases
    private let fallback: ModelTarget?
    private let catalog: ModelCatalog

    package init(_ configuration: Configuration) {
        providers = configuration.providers.map(\.name)
        aliases = configuration.models
        fallback = configuration.routes.default
        catalog = ModelCatalog(configuration)
    }

    /// `override` is the header `x-sidecar-model`, which counts instead of the model in the body.
    package func route(model: String?, override: String?) throws(APIError) -> Route {
        var (route, parameters) = try find(model: model, override: override)
        let own = catalog.parameters(route.provider, route.model ?? model)
        route.parameters = ExtraParameters.joined(parameters, own)
        return route
    }

    /// With what the name itself adds.
    private func find(model: String?, override: String?) throws(APIError) -> (Route, JSONObject?) {
        // A field that is sent empty asks for nothing.
        let override = override == "" ? nil : override
        let wanted = override ?? model
        if let wanted {
            if let target = aliases.target(for: wanted) {
                let route = Route(
                    provider: target.provider, model: target.model ?? wanted,
                    name: override == nil ? "alias" : "override")
                return (route, target.parameters)
            }
            if let target = providerAndModel(wanted) {
                let route = Route(
                    provider: target.provider, model: target.model, name: override == nil ? "provider" : "override")
                return (route, nil)
            }
        }
        if let fallback {
            let route = Route(
                provider: fallback.provider, model: fallback.model ?? override,
                name: override == nil ? "default" : "override")
            return (route, fallback.parameters)
        }
        throw unknown(wanted)
    }

    /// `openrouter/anthropic/claude-sonnet-4`: the provider stands before the first slash.
    private func providerAndModel(_ name: String) -> ModelTarget? {
        split(name)
            ?? (name.hasPrefix(Self.pickerPrefix) ? split(String(name.dropFirst(Self.pickerPrefix.count))) : nil)
    }

    /// Claude Code's picker takes names only that begin so; a name that was listed with it means what stands behind it.
    package static let pickerPrefix = "claude/"

    private func split(_ name: String) -> ModelTarget? {
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

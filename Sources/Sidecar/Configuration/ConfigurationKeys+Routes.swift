internal import JSON
internal import YAML

extension ConfigurationDraft.Route {
    static var section: Section<ConfigurationDraft.Route> {
        Section(
            defaults: ConfigurationDraft.Route(),
            [
                Key(
                    "model", \.model, ValueKind.writtenText.optional, example: "local/qwen3",
                    "A provider, `provider/model`, or a name of `models`."),
                Key(
                    "parameters", \.parameters, ValueKind.parameters.optional, example: "{ temperature: 0.2 }",
                    "What requests that come this way get besides what they say themselves, in the provider's own words. "
                        + "They count before those of `models`, and these before the provider's."),
            ])
    }
}

extension ValueKind<ConfigurationDraft.Route> {
    /// A name, or a map of where it leads and what goes along.
    static var route: ValueKind {
        let text = ValueKind<ConfigurationDraft.WrittenText>.writtenText
        let section = ConfigurationDraft.Route.section
        return ValueKind(
            name: "\(text.name) or map", schema: .either([.text, .keys(section.descriptions)]),
            decode: { node, path, reader in
                guard node.mapping != nil else { return text.decode(node, path, &reader).map { .init($0) } }
                guard let route = section.kind.decode(node, path, &reader) else { return nil }
                if route.model == nil { reader.report(node.position, path, "needs `model`") }
                return route.model == nil ? nil : route
            },
            show: { route in
                if let model = route.model, route.parameters == nil { return .text(model.text) }
                return section.show(route)
            })
    }
}

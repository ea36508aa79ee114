internal import YAML

/// One `type` of provider: its keys, and how they become a value.
struct ProviderType {
    let name: String
    let keys: [KeyDescription]
    let decode: (YAMLNode, String, inout ConfigurationReader) -> ProviderConfiguration.Kind?

    init(
        _ name: String, keys: [KeyDescription],
        decode: @escaping (YAMLNode, String, inout ConfigurationReader) -> ProviderConfiguration.Kind?
    ) {
        self.name = name
        self.keys = keys
        self.decode = decode
    }

    static var all: [ProviderType] {
        [
            ProviderType("anthropic", keys: anthropic.descriptions) { node, path, reader in
                var provider = AnthropicProvider()
                anthropic.decode(node, path, into: &provider, &reader)
                return .anthropic(provider)
            },
            ProviderType("scripted", keys: scripted.descriptions) { node, path, reader in
                var provider = ScriptedProvider()
                scripted.decode(node, path, into: &provider, &reader)
                guard node[key: "script"] != nil else {
                    reader.report(node.position, path, "a scripted provider needs `script`, the path of its file")
                    return nil
                }
                return .scripted(provider)
            },
        ]
            + chatTypes + nativeTypes
    }

    static var anthropic: Section<AnthropicProvider> {
        Section(
            defaults: AnthropicProvider(),
            [
                Key(
                    "key", \.key, ValueKind.secret.optional, example: "\"${ANTHROPIC_API_KEY}\"",
                    "The API key to use in place of the client's credentials. Left out, those pass through."),
                Key(
                    "base_url", \.baseURL, .baseURL, example: "https://api.anthropic.com",
                    "Where the API is, without `/v1`."),
                Key(
                    "ca_file", \.caFile, ValueKind.pathBesideFile.optional, example: "certificates.pem",
                    "Certificates to trust for this provider; a relative path starts at this file's folder."),
                Key(
                    "proxy", \.proxy, ValueKind.proxy.optional, example: "none",
                    "The way to this provider, in place of `upstream.proxy`."),
                Key(
                    "headers", \.headers, .headers, example: "{ x-team: infra }",
                    "Headers for every request to this provider, in place of the client's of the same name."),
                .parameters(\.parameters),
            ])
    }

    static var scripted: Section<ScriptedProvider> {
        Section(
            defaults: ScriptedProvider(),
            [
                Key(
                    "script", \.script, .pathBesideFile, example: "demo.yaml",
                    "The file with the answers; a relative path starts at this file's folder.")
            ])
    }
}

extension ValueKind<[ProviderConfiguration]> {
    static var providers: ValueKind {
        let types = ProviderType.all
        return ValueKind(
            name: "map of providers",
            schema: .map(.tagged(types.map { .init(tag: $0.name, keys: $0.keys) })),
            decode: { node, path, reader in
                if node.isNull { return nil }
                guard let entries = node.mapping, !entries.isEmpty else {
                    reader.report(
                        node.position, path, "takes at least one provider, such as anthropic: { type: anthropic }")
                    return nil
                }
                return entries.compactMap { decodeEntry($0, "\(path).\($0.key)", types, &reader) }
            },
            show: { .map($0.map { Shown.Member(name: $0.name, value: shown($0)) }) })
    }

    private static func decodeEntry(
        _ entry: YAMLEntry, _ path: String, _ types: [ProviderType], _ reader: inout ConfigurationReader
    ) -> ProviderConfiguration? {
        reader.note(path, entry.keyPosition)
        guard isProviderName(entry.key) else {
            reader.report(
                entry.keyPosition, path, "a provider's name has letters, digits, dots, dashes and underscores only")
            return nil
        }
        guard let members = entry.value.mapping else {
            reader.report(entry.keyPosition, path, "takes keys below it, such as { type: anthropic }")
            return nil
        }
        guard let place = members.firstIndex(where: { $0.key == "type" }) else {
            reader.report(entry.keyPosition, path, "has no `type`; known: \(available(types))")
            return nil
        }
        reader.note("\(path).type", members[place].keyPosition)
        guard let name = reader.text(members[place].value, "\(path).type") else { return nil }
        guard let type = types.first(where: { $0.name == name }) else {
            let hint = NearestName.hint(for: name, among: types.map(\.name))
            reader.report(
                members[place].value.position, "\(path).type",
                "\(reader.quote(members[place].value)) is no type of provider\(hint); known: \(available(types))")
            return nil
        }
        var rest = entry.value
        rest.content = .mapping(members.filter { $0.key != "type" })
        return type.decode(rest, path, &reader).map { ProviderConfiguration(name: entry.key, kind: $0) }
    }

    private static func available(_ types: [ProviderType]) -> String {
        types.map(\.name).joined(separator: ", ")
    }

    /// No slash: `provider/model` is cut at the first one.
    private static func isProviderName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy {
                $0.isASCII
                    && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "._-".unicodeScalars.contains($0))
            }
    }

    private static func shown(_ provider: ProviderConfiguration) -> Shown {
        let keys: Shown =
            switch provider.kind {
            case .anthropic(let value): ProviderType.anthropic.show(value)
            case .chat(let value): ProviderType.chat(value.type).show(value)
            case .native(let value): ProviderType.native(value.type).show(value)
            case .scripted(let value): ProviderType.scripted.show(value)
            }
        guard case .map(let members) = keys else { return keys }
        return .map([Shown.Member(name: "type", value: .text(provider.typeName))] + members)
    }
}

extension ValueKind<ConfigurationDraft.WrittenText> {
    static var writtenText: ValueKind {
        let text = ValueKind<String>.text
        return ValueKind(
            name: text.name, schema: text.schema,
            decode: { node, path, reader in
                text.decode(node, path, &reader).map { .init($0, written: node.scalar?.text) }
            },
            show: { .text($0.text) })
    }
}

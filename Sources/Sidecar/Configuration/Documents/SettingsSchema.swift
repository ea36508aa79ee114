internal import JSON
internal import YAML

/// The JSON Schema of a file of declared keys, for editors: `# yaml-language-server: $schema=…`.
struct SettingsSchema {
    let title: String
    let keys: [KeyDescription]
    /// Any value may come out of the environment instead.
    let hasVariables: Bool
    var required: [String] = []

    static var configuration: SettingsSchema {
        SettingsSchema(title: "sidecar.yaml", keys: ConfigurationKeys.root.descriptions, hasVariables: true)
    }

    func document() -> JSONValue {
        var root = object(keys, required: required)
        root.insert(("$schema", "https://json-schema.org/draft/2020-12/schema"), at: 0)
        root.insert(("title", .string(title)), at: 1)
        return value(root)
    }

    private typealias Members = [(String, JSONValue)]

    /// Keys that are not yet there are left out, so an editor marks them as the loader refuses them.
    private func object(_ keys: [KeyDescription], required: [String]) -> Members {
        let properties: Members = keys.filter { $0.availability == .now }.map { ($0.name, value(property($0))) }
        var members: Members = [("type", "object"), ("properties", value(properties))]
        if !required.isEmpty { members.append(("required", .array(required.map { .string($0) }))) }
        return members + [("additionalProperties", false)]
    }

    private func property(_ key: KeyDescription) -> Members {
        var members: Members = [("description", .string(key.documentation))]
        members += fragment(key.schema)
        if let shown = json(key.defaultValue) { members.append(("default", shown)) }
        // `key:` with all below it commented out is an empty map to us.
        if case .keys = key.schema { return nullable(members) }
        return members
    }

    private func nullable(_ members: Members) -> Members {
        members.map { $0.0 == "type" ? ("type", ["object", "null"]) : $0 }
    }

    private func fragment(_ schema: Schema) -> Members {
        switch schema {
        case .text: [("type", ["string", "number", "boolean"])]
        case .pattern(let pattern): anyOf([value([("type", "string"), ("pattern", .string(pattern))])])
        case .choice(let words): anyOf([value([("enum", .array(words.map { .string($0) }))])])
        case .integer(let range):
            anyOf([
                value([
                    ("type", "integer"), ("minimum", .int(range.lowerBound)), ("maximum", .int(range.upperBound)),
                ])
            ])
        case .boolean: anyOf([["type": "boolean"]])
        case .integerOrPattern(let pattern):
            anyOf([["type": "integer"], value([("type", "string"), ("pattern", .string(pattern))])])
        case .either(let forms): [("anyOf", .array(forms.map { value(fragment($0)) }))]
        case .anything: []
        case .list(let items): [("type", "array"), ("items", value(fragment(items)))]
        case .map(let values): [("type", ["object", "null"]), ("additionalProperties", value(fragment(values)))]
        case .keys(let keys): object(keys, required: [])
        case .tagged(let types):
            [
                (
                    "oneOf",
                    .array(
                        types.map { type in
                            let members = object(type.keys, required: ["type"])
                            return value(
                                members.map { member in
                                    guard member.0 == "properties" else { return member }
                                    let tag = ("type", value([("const", .string(type.tag))]))
                                    return (
                                        "properties", value([tag] + type.keys.map { ($0.name, value(property($0))) })
                                    )
                                })
                        })
                )
            ]
        }
    }

    private func anyOf(_ forms: [JSONValue]) -> Members {
        if hasVariables { return [("anyOf", .array(forms + [variable]))] }
        if forms.count == 1, let members = forms[0].object?.members { return members.map { ($0.key, $0.value) } }
        return [("anyOf", .array(forms))]
    }

    private var variable: JSONValue { value([("type", "string"), ("pattern", "\\$\\{")]) }

    private func value(_ members: Members) -> JSONValue {
        .object(JSONObject(members.map { JSONObject.Member(key: $0.0, value: $0.1) }))
    }

    /// nil for what has no default.
    private func json(_ shown: Shown) -> JSONValue? { Self.json(shown) }

    static func json(_ shown: Shown) -> JSONValue? {
        switch shown {
        case .nothing: nil
        case .text(let text): .string(text)
        case .integer(let number): .int(number)
        case .truth(let truth): .bool(truth)
        case .list(let items): .array(items.compactMap(json))
        case .map(let members):
            .object(
                JSONObject(
                    members.compactMap { member in
                        json(member.value).map { JSONObject.Member(key: member.name, value: $0) }
                    }))
        }
    }
}

internal import JSON
internal import Translation
internal import YAML

/// One row of `models` as a map: what a name stands for, and what is known of it.
struct ModelDraft {
    var model: ConfigurationDraft.WrittenText?
    var facts = ModelFacts()
    var parameters: JSONObject?

    static var section: Section<ModelDraft> {
        Section(
            defaults: ModelDraft(),
            [
                Key(
                    "model", \.model, ValueKind.writtenText.optional, example: "local/qwen3",
                    "What the name stands for. Left out, the name is itself PROVIDER/MODEL, or a pattern of such names."
                ),
                Key("name", \.facts.name, ValueKind.text.optional, example: "Qwen 3", "What people are shown."),
                Key(
                    "context", \.facts.context, tokens, example: "262144",
                    "Tokens that a conversation may have."),
                Key(
                    "output", \.facts.output, tokens, example: "32768",
                    "Tokens that one answer may have; a client that asks for more gets this."),
                Key("images", \.facts.images, ValueKind.boolean.optional, example: "true", "It sees pictures."),
                Key("pdf", \.facts.pdf, ValueKind.boolean.optional, example: "false", "It reads PDFs."),
                Key("thinking", \.facts.thinking, ValueKind.boolean.optional, example: "true", "It can think."),
                Key(
                    "written_calls", \.facts.writtenCalls, ValueKind.boolean.optional, example: "true",
                    "It writes its calls of tools into its text, as small models do: calls of the request's tools are taken "
                        + "out of there ([forms](decisions/042-what-providers-lacked.md)). At providers of type `anthropic`, "
                        + "whose bytes pass, it means nothing."),
                .section(
                    "prices", \.facts.prices,
                    Section(
                        defaults: ModelFacts.Prices(),
                        [
                            price("input", \.input, "Tokens that are sent."),
                            price("output", \.output, "Tokens that are written."),
                            price("cache_read", \.cacheRead, "Tokens sent that the provider had kept."),
                            price("cache_write", \.cacheWrite, "Tokens sent for the provider to keep."),
                        ]), "In US dollars for a million tokens."),
                Key(
                    "parameters", \.parameters, ValueKind.parameters.optional, example: "{ temperature: 0.2 }",
                    "What requests for it get besides what they say themselves, in the provider's own words."),
            ])
    }

    private static var tokens: ValueKind<Int?> { ValueKind.integer(1...1_000_000_000).optional }

    private static func price(
        _ name: String, _ place: WritableKeyPath<ModelFacts.Prices, Double?>, _ documentation: String
    ) -> Key<ModelFacts.Prices> {
        Key(name, place, ValueKind.price.optional, example: "0.25", documentation)
    }
}

extension ValueKind<Double> {
    static var price: ValueKind {
        parsed(
            "number", .pattern("^[0-9]+(\\.[0-9]+)?$"),
            { text throws(ValueError) in
                guard let number = JSONNumber(text)?.double, number >= 0, number < 1_000_000 else {
                    throw ValueError("is no price; write dollars for a million tokens, such as 0.25")
                }
                return number
            },
            show: { .text(JSONValue.double($0).text()) })
    }
}

extension ValueKind<JSONObject> {
    /// Members of a request's body, as they are sent.
    static var parameters: ValueKind {
        ValueKind(
            name: "map", schema: .map(.anything),
            decode: { node, path, reader in
                guard let entries = node.mapping else {
                    reader.report(node.position, path, "takes a map of parameters; this is \(node.kindName)")
                    return nil
                }
                if let own = entries.first(where: { written.contains($0.key) }) {
                    reader.report(own.keyPosition, "\(path).\(own.key)", "is what the request itself is made of")
                    return nil
                }
                return json(node, path, &reader)?.object
            },
            show: { shown(.object($0)) })
    }

    /// What a translation writes.
    private static var written: Set<String> {
        ["model", "messages", "input", "contents", "system", "instructions", "systemInstruction", "tools", "stream"]
    }

    private static func json(_ node: YAMLNode, _ path: String, _ reader: inout SettingsReader) -> JSONValue? {
        switch node.content {
        case .scalar(let scalar):
            if node.isNull { return .null }
            guard let text = reader.text(node, path) else { return nil }
            guard scalar.style == .plain else { return .string(text) }
            switch text {
            case "true": return true
            case "false": return false
            default: return JSONNumber(text).map { .number($0) } ?? .string(text)
            }
        case .sequence(let items):
            let values = items.enumerated().compactMap { json($1, "\(path)[\($0)]", &reader) }
            return values.count == items.count ? .array(values) : nil
        case .mapping(let entries):
            let members = entries.compactMap { entry in
                json(entry.value, "\(path).\(entry.key)", &reader).map {
                    JSONObject.Member(key: entry.key, value: $0)
                }
            }
            return members.count == entries.count ? .object(JSONObject(members)) : nil
        }
    }

    private static func shown(_ value: JSONValue) -> Shown {
        switch value {
        case .null: .text("null")
        case .bool(let truth): .truth(truth)
        case .number(let number): number.int.map { .integer($0) } ?? .text(number.text)
        case .string(let text): .text(text)
        case .array(let items): .list(items.map { shown($0) })
        case .object(let object): .map(object.members.map { Shown.Member(name: $0.key, value: shown($0.value)) })
        }
    }
}

extension ValueKind<[ConfigurationDraft.Alias]> {
    static var aliases: ValueKind {
        let text = ValueKind<ConfigurationDraft.WrittenText>.writtenText
        let section = ModelDraft.section
        return ValueKind(
            name: "map of names", schema: .map(.either([.text, .keys(section.descriptions)])),
            decode: { node, path, reader in
                if node.isNull { return nil }
                guard let entries = node.mapping else {
                    reader.report(node.position, path, "takes a map of names to models; this is \(node.kindName)")
                    return nil
                }
                return entries.compactMap { entry in
                    let entryPath = "\(path).\(entry.key)"
                    reader.note(entryPath, entry.keyPosition)
                    guard !entry.key.isEmpty, !entry.key.contains(where: \.isWhitespace) else {
                        reader.report(entry.keyPosition, entryPath, "a model's name has no blanks and is not empty")
                        return nil
                    }
                    guard entry.value.mapping != nil else {
                        return text.decode(entry.value, entryPath, &reader).map { .init(pattern: entry.key, value: $0) }
                    }
                    let before = reader.problems.count
                    var draft = ModelDraft()
                    section.decode(entry.value, entryPath, into: &draft, &reader)
                    guard reader.problems.count == before else { return nil }
                    return .init(
                        pattern: entry.key, value: draft.model, facts: draft.facts, parameters: draft.parameters)
                }
            },
            show: { .map($0.map { Shown.Member(name: $0.pattern, value: shown($0, section)) }) })
    }

    /// As briefly as it was written.
    private static func shown(_ alias: ConfigurationDraft.Alias, _ section: Section<ModelDraft>) -> Shown {
        if let value = alias.value, alias.facts.isEmpty, alias.parameters == nil { return .text(value.text) }
        let draft = ModelDraft(model: alias.value, facts: alias.facts, parameters: alias.parameters)
        guard case .map(let members) = section.show(draft) else { return .nothing }
        return .map(members.filter { $0.value != .nothing && !$0.isEmptyMap })
    }
}

extension Shown.Member {
    /// Nothing in it was said.
    fileprivate var isEmptyMap: Bool {
        if case .map(let members) = value { members.allSatisfy { $0.value == .nothing } } else { false }
    }
}

extension Key {
    /// What every type of provider has.
    static func parameters(_ place: WritableKeyPath<Root, JSONObject?>) -> Key {
        Key(
            "parameters", place, ValueKind.parameters.optional, example: "{ temperature: 0.2 }",
            "What its requests get besides what they say themselves, in the provider's own words. `models` can say more "
                + "for one model.")
    }
}

internal import JSON
internal import YAML

/// A JSON value as a script writes it in YAML, its texts with variables.
indirect enum ScriptInput: Sendable, Equatable {
    case constant(JSONValue)
    case text(ScriptTemplate)
    case list([ScriptInput])
    case map([Member])

    struct Member: Sendable, Equatable {
        let key: String
        let value: ScriptInput
    }

    func value(_ variables: ScriptVariables) -> JSONValue {
        switch self {
        case .constant(let value): value
        case .text(let template): .string(template.text(variables))
        case .list(let items): .array(items.map { $0.value(variables) })
        case .map(let members):
            .object(JSONObject(members.map { JSONObject.Member(key: $0.key, value: $0.value.value(variables)) }))
        }
    }

    var keys: [String] {
        if case .map(let members) = self { members.map(\.key) } else { [] }
    }
}

extension ValueKind<ScriptInput> {
    /// The input of a tool and a block of content are objects.
    static var object: ValueKind {
        ValueKind(
            name: "map", schema: .map(.text),
            decode: { node, path, reader in
                guard node.mapping != nil else {
                    reader.report(
                        node.position, path,
                        "takes a map, such as { file_path: /etc/hostname }; this is \(node.kindName)")
                    return nil
                }
                return read(node, path, &reader)
            },
            show: { _ in .nothing })
    }

    private static func read(_ node: YAMLNode, _ path: String, _ reader: inout ConfigurationReader) -> ScriptInput? {
        switch node.content {
        case .mapping(let entries):
            return .map(
                entries.compactMap { entry in
                    read(entry.value, "\(path).\(entry.key)", &reader).map { .init(key: entry.key, value: $0) }
                })
        case .sequence(let items):
            return .list(items.enumerated().compactMap { read($1, "\(path)[\($0)]", &reader) })
        case .scalar(let scalar):
            if node.tag == nil, let constant = constant(scalar) { return .constant(constant) }
            return ValueKind<ScriptTemplate>.template.decode(node, path, &reader).map { .text($0) }
        }
    }

    /// YAML's JSON schema: only what JSON would read as such is a number or a truth value; `no` and `0x1F` are texts.
    private static func constant(_ scalar: YAMLScalar) -> JSONValue? {
        guard scalar.style == .plain else { return scalar.text.isEmpty ? .string("") : nil }
        switch scalar.text {
        case "", "~", "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: return JSONNumber(scalar.text).map { .number($0) }
        }
    }
}

package import JSON

/// What programs get of a tool, once: the schema of `structured` that MCP clients hold results against.
///
/// It promises what is always there and says what may be there beside it; fields that nobody has declared do not come, which
/// tests see to.
package struct OutputShape: Sendable {
    /// A success is one of these.
    let variants: [OutputFields]

    init(_ variants: OutputFields...) { self.variants = variants }

    /// What failed has this, beside whatever is known of it all the same.
    private static let failure = OutputFields([
        .always("code", .text, "What went wrong, by a name that stays the same."),
        .perhaps("problems", .list(.someObject), "Of a wrong call: each field that is wrong."),
        .perhaps("suggestion", .text, "Of a denial: what would have to stand in the policy to allow it."),
        .perhaps("warnings", .list(.text), "Of a denial: why somebody should think twice before they allow it."),
    ])

    /// JSON Schema, draft 2020-12.
    package var schema: JSONValue {
        [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
            "anyOf": .array((variants + [Self.failure]).map(\.schema)),
        ]
    }
}

/// The fields of an object.
struct OutputFields: Sendable {
    let fields: [OutputField]
    /// Nothing comes beside them.
    let isClosed: Bool

    init(_ fields: [OutputField], isClosed: Bool = false) {
        self.fields = fields
        self.isClosed = isClosed
    }

    var schema: JSONValue {
        var properties = JSONObject()
        for field in fields { properties[field.name] = field.schema }
        var schema: JSONValue = [
            "type": "object", "properties": .object(properties),
            "required": .array(fields.filter(\.isAlways).map { .string($0.name) }),
        ]
        if isClosed { schema["additionalProperties"] = false }
        return schema
    }
}

struct OutputField: Sendable {
    let name: String
    let kind: OutputKind
    let isAlways: Bool
    let help: String

    static func always(_ name: String, _ kind: OutputKind, _ help: String = "") -> OutputField {
        OutputField(name: name, kind: kind, isAlways: true, help: help)
    }

    static func perhaps(_ name: String, _ kind: OutputKind, _ help: String = "") -> OutputField {
        OutputField(name: name, kind: kind, isAlways: false, help: help)
    }

    fileprivate var schema: JSONValue {
        var schema = kind.schema
        if !help.isEmpty { schema["description"] = .string(help) }
        return schema
    }
}

indirect enum OutputKind: Sendable {
    case text
    case whole
    case number
    case flag
    case choice([String])
    case list(OutputKind)
    case object(OutputFields)
    case someObject
    /// Or null, where there is nothing to say.
    case orNull(OutputKind)

    fileprivate var schema: JSONValue {
        switch self {
        case .text: ["type": "string"]
        case .whole: ["type": "integer"]
        case .number: ["type": "number"]
        case .flag: ["type": "boolean"]
        case .choice(let words): ["type": "string", "enum": .array(words.map { .string($0) })]
        case .list(let element): ["type": "array", "items": element.schema]
        case .object(let fields): fields.schema
        case .someObject: ["type": "object"]
        case .orNull(let kind): ["anyOf": [kind.schema, ["type": "null"]]]
        }
    }
}

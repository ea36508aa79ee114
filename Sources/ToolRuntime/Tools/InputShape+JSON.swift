package import JSON

extension InputShape {
    /// JSON Schema, draft 2020-12.
    package var schema: JSONValue {
        var object = inner
        object["$schema"] = nil
        var members = [JSONObject.Member(key: "$schema", value: "https://json-schema.org/draft/2020-12/schema")]
        members += object.object?.members ?? []
        return .object(JSONObject(members))
    }

    fileprivate var inner: JSONValue {
        var properties = JSONObject()
        for field in fields { properties[field.name] = field.schema }
        return [
            "type": "object", "properties": .object(properties),
            "required": .array(fields.filter(\.isRequired).map { .string($0.name) }), "additionalProperties": false,
        ]
    }
}

extension InputField {
    fileprivate var schema: JSONValue {
        var schema = kind.schema
        if let standard { schema["default"] = standard }
        schema["description"] = .string(help)
        return schema
    }
}

extension InputKind {
    fileprivate var schema: JSONValue {
        switch self {
        case .text(let lengthMin):
            lengthMin > 0 ? ["type": "string", "minLength": .int(lengthMin)] : ["type": "string"]
        case .path: ["type": "string", "pattern": "^/"]
        case .address: ["type": "string", "format": "uri"]
        case .whole(let range):
            range.upperBound == .max
                ? ["type": "integer", "minimum": .int(range.lowerBound)]
                : ["type": "integer", "minimum": .int(range.lowerBound), "maximum": .int(range.upperBound)]
        case .flag: ["type": "boolean"]
        case .choice(let words): ["type": "string", "enum": .array(words.map { .string($0) })]
        case .list(let element, let countMin):
            countMin > 0
                ? ["type": "array", "items": element.schema, "minItems": .int(countMin)]
                : ["type": "array", "items": element.schema]
        case .object(let shape): shape.inner
        }
    }
}

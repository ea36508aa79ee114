internal import JSON

/// Whether a schema keeps the rules of OpenAI's strict mode, which refuses one that does not: every object closed, and
/// every property of it required.
enum StrictSchema {
    static func holds(_ schema: JSONElement) -> Bool {
        guard schema.isObject else { return false }
        for word in ["$defs", "definitions"] {
            guard schema[word]?.members.allSatisfy({ holds($0.value) }) ?? true else { return false }
        }
        if let choices = schema["anyOf"] { return choices.elements.allSatisfy(holds) }
        if schema["oneOf"] != nil || schema["allOf"] != nil || schema["not"] != nil { return false }
        if schema["$ref"] != nil || schema["enum"] != nil || schema["const"] != nil { return true }
        guard let type = schema["type"] else { return false }
        if let items = schema["items"], !holds(items) { return false }
        guard type.equals("object") || schema["properties"] != nil else { return true }
        guard schema["additionalProperties"]?.bool == false, let properties = schema["properties"] else { return false }
        let required = schema["required"]?.elements.compactMap(\.string) ?? []
        return properties.members.allSatisfy { property in
            required.contains(property.key.string ?? "") && holds(property.value)
        }
    }
}

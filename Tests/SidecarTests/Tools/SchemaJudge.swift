import JSON

/// Holds a value against a schema, as far as the schemas of our tools go; a word that it does not know is a problem too.
enum SchemaJudge {
    static func problems(_ value: JSONValue, _ schema: JSONValue, _ place: String = "") -> [String] {
        var found: [String] = []
        for rule in schema.object?.members ?? [] {
            switch rule.key {
            case "$schema", "description": break
            case "type":
                if !isKind(value, rule.value.string ?? "") { found.append("\(place): \(value) is no \(rule.value)") }
            case "enum":
                if rule.value.array?.contains(value) != true { found.append("\(place): \(value) is none of them") }
            case "required":
                for key in rule.value.array ?? [] where value[key.string ?? ""] == nil {
                    found.append("\(place): no \(key)")
                }
            case "properties":
                for property in rule.value.object?.members ?? [] {
                    guard let inner = value[property.key] else { continue }
                    found += problems(inner, property.value, "\(place).\(property.key)")
                }
            case "items":
                for element in value.array ?? [] { found += problems(element, rule.value, "\(place)[]") }
            case "additionalProperties":
                let known = schema["properties"]?.object?.keys ?? []
                for key in value.object?.keys ?? [] where rule.value == false && !known.contains(key) {
                    found.append("\(place): \(key) is too many")
                }
            case "anyOf":
                let each = (rule.value.array ?? []).map { problems(value, $0, place) }
                if !each.contains(where: \.isEmpty) { found.append("\(place): none of \(each)") }
            default: found.append("\(place): the schema's `\(rule.key)` is not known here")
            }
        }
        return found
    }

    private static func isKind(_ value: JSONValue, _ type: String) -> Bool {
        switch type {
        case "object": value.object != nil
        case "array": value.array != nil
        case "string": value.string != nil
        case "integer": value.int != nil
        case "number": value.double != nil
        case "boolean": value.bool != nil
        case "null": value.isNull
        default: false
        }
    }

    /// Fields of a result that its schema says nothing of.
    static func undeclared(_ value: JSONValue, _ schema: JSONValue) -> [String] {
        let declared = (schema["anyOf"]?.array ?? []).flatMap { $0["properties"]?.object?.keys ?? [] }
        return (value.object?.keys ?? []).filter { !declared.contains($0) }
    }
}

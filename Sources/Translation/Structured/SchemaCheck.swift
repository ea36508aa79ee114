package import JSON

/// Holds a value against a JSON schema: what structured answers are asked for. Patterns and formats of strings are not
/// looked at, as the providers that have structured answers do not promise them either.
package struct SchemaCheck {
    private let root: JSONValue
    private var problems: [String] = []

    /// Enough for a model to mend its answer by, and for people to understand.
    private static let problemsMax = 8
    private static let depthMax = 64

    private init(_ root: JSONValue) { self.root = root }

    /// What is wrong with it, each with its place: `answer.items[2].name: is missing`. None: it is as it should be.
    package static func problems(of value: JSONValue, _ schema: JSONValue) -> [String] {
        var check = SchemaCheck(schema)
        check.check(value, schema, "answer", 0)
        return check.problems
    }

    private mutating func add(_ place: String, _ problem: String) {
        if problems.count < Self.problemsMax { problems.append("\(place): \(problem)") }
    }

    private func holds(_ value: JSONValue, _ schema: JSONValue, _ depth: Int) -> Bool {
        var other = SchemaCheck(root)
        other.check(value, schema, "", depth)
        return other.problems.isEmpty
    }

    private mutating func check(_ value: JSONValue, _ schema: JSONValue, _ place: String, _ depth: Int) {
        if schema.bool == false { return add(place, "may not be there") }
        guard let rules = schema.object, depth < Self.depthMax else { return }
        if let reference = schema["$ref"]?.string {
            guard let target = resolve(reference) else { return }
            return check(value, target, place, depth + 1)
        }
        if let type = schema["type"], !Self.types(type).contains(where: { value.isOf($0) }) {
            return add(place, "is \(value.kindName) and should be \(Self.types(type).joined(separator: " or "))")
        }
        if let choices = schema["enum"]?.array, !choices.contains(value) {
            add(place, "is none of \(choices.map { $0.text() }.joined(separator: ", "))")
        }
        if let only = schema["const"], only != value { add(place, "should be \(only.text())") }
        combinations(value, schema, place, depth)
        switch value {
        case .object(let object): check(object, rules, schema, place, depth)
        case .array(let elements): check(elements, schema, place, depth)
        case .string(let text): bounds(text.unicodeScalars.count, schema, "minLength", "maxLength", "characters", place)
        case .number: check(number: value, schema, place)
        case .bool, .null: return
        }
    }

    private static func types(_ type: JSONValue) -> [String] {
        type.string.map { [$0] } ?? (type.array ?? []).compactMap(\.string)
    }

    /// `#/$defs/name`: only within the schema itself.
    private func resolve(_ reference: String) -> JSONValue? {
        guard reference.hasPrefix("#") else { return nil }
        var target: JSONValue? = root
        for part in reference.dropFirst().split(separator: "/") {
            target = target?[String(part).replacing("~1", with: "/").replacing("~0", with: "~")]
        }
        return target
    }

    private mutating func combinations(_ value: JSONValue, _ schema: JSONValue, _ place: String, _ depth: Int) {
        for part in schema["allOf"]?.array ?? [] { check(value, part, place, depth + 1) }
        for word in ["anyOf", "oneOf"] {
            guard let choices = schema[word]?.array else { continue }
            let fitting = choices.count { holds(value, $0, depth + 1) }
            if fitting == 0 {
                if choices.count == 1 {
                    check(value, choices[0], place, depth + 1)
                } else {
                    add(place, "fits none of the alternatives")
                }
            } else if word == "oneOf", fitting > 1 {
                add(place, "fits more than one of the alternatives")
            }
        }
        if let not = schema["not"], holds(value, not, depth + 1) { add(place, "is what it may not be") }
    }

    private mutating func check(
        _ object: JSONObject, _ rules: JSONObject, _ schema: JSONValue, _ place: String, _ depth: Int
    ) {
        for name in schema["required"]?.array?.compactMap(\.string) ?? [] where object[name] == nil {
            add("\(place).\(name)", "is missing")
        }
        let properties = schema["properties"]
        for member in object.members {
            if let own = properties?[member.key] {
                check(member.value, own, "\(place).\(member.key)", depth + 1)
            } else if let rest = schema["additionalProperties"] {
                if rest.bool == false {
                    add("\(place).\(member.key)", "is no property of it")
                } else {
                    check(member.value, rest, "\(place).\(member.key)", depth + 1)
                }
            }
        }
        bounds(object.members.count, schema, "minProperties", "maxProperties", "properties", place)
    }

    private mutating func check(_ elements: [JSONValue], _ schema: JSONValue, _ place: String, _ depth: Int) {
        let first = schema["prefixItems"]?.array ?? []
        for (index, element) in elements.enumerated() {
            guard let own = index < first.count ? first[index] : schema["items"] else { continue }
            check(element, own, "\(place)[\(index)]", depth + 1)
        }
        bounds(elements.count, schema, "minItems", "maxItems", "elements", place)
        if schema["uniqueItems"]?.bool == true,
            elements.indices.contains(where: { elements[..<$0].contains(elements[$0]) })
        {
            add(place, "has the same element twice")
        }
    }

    private mutating func bounds(
        _ count: Int, _ schema: JSONValue, _ least: String, _ most: String, _ what: String, _ place: String
    ) {
        if let bound = schema[least]?.int, count < bound { add(place, "has \(count) \(what) and needs \(bound)") }
        if let bound = schema[most]?.int, count > bound { add(place, "has \(count) \(what) and may have \(bound)") }
    }

    private mutating func check(number value: JSONValue, _ schema: JSONValue, _ place: String) {
        guard let number = value.double else { return }
        if let bound = schema["minimum"]?.double, number < bound { add(place, "is less than \(bound)") }
        if let bound = schema["maximum"]?.double, number > bound { add(place, "is more than \(bound)") }
        if let bound = schema["exclusiveMinimum"]?.double, number <= bound { add(place, "is not more than \(bound)") }
        if let bound = schema["exclusiveMaximum"]?.double, number >= bound { add(place, "is not less than \(bound)") }
        if let step = schema["multipleOf"]?.double, step > 0, (number / step).rounded() * step != number {
            add(place, "is no multiple of \(step)")
        }
    }
}

extension JSONValue {
    fileprivate func isOf(_ type: String) -> Bool {
        switch type {
        case "object": object != nil
        case "array": array != nil
        case "string": string != nil
        case "boolean": bool != nil
        case "null": self == .null
        case "integer": int != nil
        case "number": double != nil
        default: true
        }
    }

    fileprivate var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

internal import JSON

/// One place of a JSON schema: what is written there, what its references lead to and what `allOf` adds, looked at as one.
struct SchemaNode {
    private let parts: [JSONElement]
    private let root: JSONElement
    /// Where references have led on the way here: one that leads back ends.
    private let visited: Set<Int>
    private var ownType: String?
    private var isMadeNullable = false

    init(_ schemas: [JSONElement], root: JSONElement, above: SchemaNode? = nil) {
        self.root = root
        var visited = above?.visited ?? []
        var parts: [JSONElement] = []
        var waiting = Array(schemas.reversed())
        while let schema = waiting.popLast() {
            guard schema.isObject else { continue }
            parts.append(schema)
            if let target = Self.target(schema, root), visited.insert(target.sourceRange.lowerBound).inserted {
                waiting.append(target)
            }
            waiting += schema["allOf"]?.elements.reversed() ?? []
        }
        self.parts = parts
        self.visited = visited
    }

    /// `#/$defs/Name`, and whatever else lies inside of the same schema.
    private static func target(_ schema: JSONElement, _ root: JSONElement) -> JSONElement? {
        guard let reference = schema["$ref"]?.string, reference.hasPrefix("#") else { return nil }
        var place = root
        for step in reference.dropFirst().split(separator: "/") {
            let name = unescaped(step)
            guard let next = place[name] ?? Int(name).flatMap({ place[$0] }) else { return nil }
            place = next
        }
        return place
    }

    /// RFC 6901.
    private static func unescaped(_ step: Substring) -> String {
        var text = ""
        var rest = step
        while let letter = rest.popFirst() {
            guard letter == "~", let code = rest.first, code == "0" || code == "1" else {
                text.append(letter)
                continue
            }
            rest.removeFirst()
            text.append(code == "0" ? "~" : "/")
        }
        return text
    }

    // MARK: Changes

    func adding(_ other: SchemaNode) -> SchemaNode {
        // What is said closer to the value counts first, except where only the alternative says it.
        SchemaNode(merging: parts + other.parts, root, visited.union(other.visited), ownType, isMadeNullable)
    }

    private init(
        merging parts: [JSONElement], _ root: JSONElement, _ visited: Set<Int>, _ type: String?, _ isNullable: Bool
    ) {
        self.parts = parts
        self.root = root
        self.visited = visited
        ownType = type
        isMadeNullable = isNullable
        areAlternativesTold = true
    }

    /// Set where `anyOf` has been dealt with.
    private var areAlternativesTold = false

    /// An alternative has what stands beside it, its description above all.
    func inheriting(_ node: SchemaNode) -> SchemaNode {
        let own = Set(parts.flatMap { $0.members.compactMap { $0.key.string } })
        var result = self
        if !own.contains("description") { result.inheritedDescription = node["description"] }
        if !saysType { result.inheritedType = node["type"] }
        return result
    }

    private var inheritedDescription: JSONElement?
    private var inheritedType: JSONElement?

    func withType(_ type: String) -> SchemaNode {
        var result = self
        result.ownType = type
        result.areAlternativesTold = true
        return result
    }

    var nullable: SchemaNode {
        var result = self
        result.isMadeNullable = true
        return result
    }

    // MARK: Looking

    subscript(key: String) -> JSONElement? {
        for part in parts { if let value = part[key] { return value } }
        switch key {
        case "description": return inheritedDescription
        case "type": return inheritedType
        default: return nil
        }
    }

    var saysType: Bool {
        ["type", "enum", "const", "properties", "items", "anyOf", "oneOf"].contains { self[$0] != nil }
    }

    /// Of `anyOf` and `oneOf`; an alternative of null is none, but a nullable value.
    func alternatives(_ isNullable: inout Bool) -> [SchemaNode] {
        if areAlternativesTold { return [] }
        guard let choices = self["anyOf"] ?? self["oneOf"], choices.isArray else { return [] }
        var nodes: [SchemaNode] = []
        for choice in choices.elements where choice.isObject {
            if choice["type"]?.equals("null") == true || choice["const"]?.isNull == true {
                isNullable = true
            } else {
                nodes.append(SchemaNode([choice], root: root, above: self))
            }
        }
        return nodes
    }

    private static let names = [
        "string": "STRING", "number": "NUMBER", "integer": "INTEGER", "boolean": "BOOLEAN", "array": "ARRAY",
        "object": "OBJECT",
    ]

    /// The types that it allows, in the dialect's words; none where it allows all.
    func types(_ isNullable: inout Bool) -> [String] {
        if isMadeNullable { isNullable = true }
        if let ownType { return [ownType] }
        if choiceElements.contains(where: \.isNull) { isNullable = true }
        if let type = self["type"] {
            let written = type.isArray ? type.elements.compactMap(\.string) : [type.string ?? ""]
            if written.contains("null") { isNullable = true }
            let known = written.compactMap { Self.names[$0.lowercased()] }
            if !known.isEmpty { return known }
        }
        if !properties.isEmpty || self["additionalProperties"] != nil { return ["OBJECT"] }
        if self["items"] != nil || self["prefixItems"] != nil { return ["ARRAY"] }
        let values = choiceElements.filter { !$0.isNull }
        if values.isEmpty { return [] }
        if values.allSatisfy(\.isString) { return ["STRING"] }
        if values.allSatisfy({ $0.int != nil }) { return ["INTEGER"] }
        if values.allSatisfy({ $0.kind == .number }) { return ["NUMBER"] }
        return values.allSatisfy { $0.bool != nil } ? ["BOOLEAN"] : []
    }

    private var choiceElements: [JSONElement] {
        if let const = self["const"] { return [const] }
        return self["enum"]?.elements.map(\.self) ?? []
    }

    /// Those that the dialect can say: texts that are not empty.
    var choices: [JSONElement] { choiceElements.filter { $0.isString && $0.sourceBytes.count > 2 } }

    var properties: [(name: String, schemas: [JSONElement])] {
        var result: [(name: String, schemas: [JSONElement])] = []
        for part in parts {
            guard let members = part["properties"]?.members else { continue }
            for member in members {
                let name = member.key.string ?? ""
                if let place = result.firstIndex(where: { $0.name == name }) {
                    result[place].schemas.append(member.value)
                } else {
                    result.append((name, [member.value]))
                }
            }
        }
        return result
    }

    var required: [String] {
        var names: [String] = []
        for part in parts {
            for name in part["required"]?.elements.compactMap(\.string) ?? [] where !names.contains(name) {
                names.append(name)
            }
        }
        return names
    }

    /// As far as the dialect knows it.
    func format(_ type: String) -> String? {
        guard let format = self["format"]?.string else { return nil }
        let known: [String: [String]] = [
            "STRING": ["date-time"], "INTEGER": ["int32", "int64"], "NUMBER": ["float", "double"],
        ]
        return known[type]?.contains(format) == true ? format : nil
    }

    // MARK: What the dialect has no word for

    /// Keywords that say nothing of the value, or that are told in another way.
    private static let silent: Set<String> = [
        "$schema", "$id", "$ref", "$defs", "$anchor", "$comment", "$dynamicRef", "$dynamicAnchor", "definitions",
        "allOf", "type", "title", "description", "nullable", "properties", "required", "deprecated", "readOnly",
        "writeOnly",
    ]
    private static let told: [String: Set<String>] = [
        "OBJECT": ["minProperties", "maxProperties"], "ARRAY": ["items", "minItems", "maxItems"],
        "STRING": ["minLength", "maxLength", "pattern"], "INTEGER": ["minimum", "maximum"],
        "NUMBER": ["minimum", "maximum"], "BOOLEAN": [],
    ]

    func untold(_ type: String) -> [(key: String, value: JSONElement)] {
        var result: [(key: String, value: JSONElement)] = []
        for part in parts {
            for member in part.members {
                let key = member.key.string ?? ""
                let value = member.value
                if Self.silent.contains(key) || Self.told[type]?.contains(key) == true { continue }
                if result.contains(where: { $0.key == key }) || isTold(key, value, type) { continue }
                result.append((key, value))
            }
        }
        return result
    }

    private func isTold(_ key: String, _ value: JSONElement, _ type: String) -> Bool {
        switch key {
        // Closed is what every model takes an object for.
        case "additionalProperties": value.bool != nil
        case "uniqueItems", "unevaluatedProperties", "unevaluatedItems": value.bool == false
        case "format": format(type) != nil
        case "enum", "const": type == "STRING" && choices.count == choiceElements.filter { !$0.isNull }.count
        case "exclusiveMinimum": type == "INTEGER" && value.int != nil && self["minimum"] == nil
        case "exclusiveMaximum": type == "INTEGER" && value.int != nil && self["maximum"] == nil
        case "anyOf", "oneOf": areAlternativesTold
        // Words for other types, where a value may be of several.
        case "items", "minItems", "maxItems", "minLength", "maxLength", "pattern", "minimum", "maximum",
            "minProperties", "maxProperties":
            ownType != nil
        default: false
        }
    }
}

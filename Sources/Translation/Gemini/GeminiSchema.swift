internal import JSON

/// Writes a JSON schema in Gemini's dialect, which has types in capitals, no references and few keywords, and refuses the
/// whole request for any other. What the dialect has no word for stands in the description, where the model reads it.
///
/// Of schemas alone: a call's arguments may have members of the same names, and those are data.
struct GeminiSchema {
    private let root: JSONElement
    /// References that repeat one another many times would grow without an end.
    private var nodes = 0

    private static let nodesMax = 4000

    private init(_ root: JSONElement) { self.root = root }

    static func write(_ schema: JSONElement, to writer: inout JSONWriter) {
        var converter = GeminiSchema(schema)
        converter.write(SchemaNode([schema], root: schema), to: &writer)
    }

    /// An object that has properties: only such are given as parameters.
    static func hasProperties(_ schema: JSONElement) -> Bool {
        let node = SchemaNode([schema], root: schema)
        return !node.properties.isEmpty || node["additionalProperties"]?.isObject == true
            || node["patternProperties"] != nil
    }

    // MARK: One schema

    private mutating func write(_ node: SchemaNode, to writer: inout JSONWriter) {
        nodes += 1
        guard nodes < Self.nodesMax else { return anything("OBJECT", &writer) }
        var node = node
        var isNullable = false
        let alternatives = node.alternatives(&isNullable)
        if alternatives.count == 1 { node = node.adding(alternatives[0]) }
        if alternatives.count > 1, node.properties.isEmpty, alternatives.contains(where: \.saysType) {
            return writeAnyOf(alternatives.map { $0.inheriting(node) }, isNullable, &writer)
        }
        let types = node.types(&isNullable)
        switch types.count {
        case 0: writeAnyOf(["STRING", "NUMBER", "BOOLEAN", "OBJECT"].map { node.withType($0) }, isNullable, &writer)
        case 1: write(node, types[0], isNullable, &writer)
        default: writeAnyOf(types.map { node.withType($0) }, isNullable, &writer)
        }
    }

    /// Beside `anyOf` nothing else may stand.
    private mutating func writeAnyOf(_ nodes: [SchemaNode], _ isNullable: Bool, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("anyOf")
        writer.beginArray()
        for (index, node) in nodes.enumerated() {
            // One that takes null is enough.
            write(index == 0 && isNullable ? node.nullable : node, to: &writer)
        }
        writer.endArray()
        writer.endObject()
    }

    private mutating func write(
        _ node: SchemaNode, _ type: String, _ isNullable: Bool, _ writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.key("type")
        writer.string(type)
        if isNullable {
            writer.key("nullable")
            writer.bool(true)
        }
        if let format = node.format(type) {
            writer.key("format")
            writer.string(format)
        }
        copy("title", node, if: \.isString, &writer)
        description(node, type, &writer)
        if type == "STRING" { self.enumeration(node, &writer) }
        switch type {
        case "OBJECT": members(node, &writer)
        case "ARRAY": items(node, &writer)
        case "STRING":
            for key in ["minLength", "maxLength"] { copy(key, node, if: \.isCount, &writer) }
            copy("pattern", node, if: \.isString, &writer)
        case "INTEGER", "NUMBER": range(node, type, &writer)
        default: break
        }
        writer.endObject()
    }

    private func anything(_ type: String, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("type")
        writer.string(type)
        writer.endObject()
    }

    private func copy(
        _ key: String, _ node: SchemaNode, if isFit: (JSONElement) -> Bool, _ writer: inout JSONWriter
    ) {
        guard let value = node[key], isFit(value) else { return }
        writer.key(key)
        writer.raw(value.sourceBytes)
    }

    // MARK: Keywords

    private func description(_ node: SchemaNode, _ type: String, _ writer: inout JSONWriter) {
        let own = node["description"].flatMap { $0.isString ? $0 : nil }
        let rest = node.untold(type)
        if own == nil && rest.isEmpty { return }
        writer.key("description")
        writer.beginString()
        if let own { writer.piece(own) }
        if !rest.isEmpty {
            writer.piece(own == nil ? "JSON schema: {" : " (JSON schema: {")
            for (index, member) in rest.enumerated() {
                writer.piece(index == 0 ? "\"\(member.key)\":" : ",\"\(member.key)\":")
                writer.piece(utf8: member.value.sourceBytes.assumingMemoryBound(to: UInt8.self))
            }
            writer.piece(own == nil ? "}" : "})")
        }
        writer.endString()
    }

    private func enumeration(_ node: SchemaNode, _ writer: inout JSONWriter) {
        let values = node.choices
        if values.isEmpty { return }
        writer.key("enum")
        writer.beginArray()
        for value in values { writer.raw(value.sourceBytes) }
        writer.endArray()
    }

    private mutating func members(_ node: SchemaNode, _ writer: inout JSONWriter) {
        let properties = node.properties
        if properties.isEmpty { return }
        writer.key("properties")
        writer.beginObject()
        for property in properties {
            writer.key(property.name)
            write(SchemaNode(property.schemas, root: root, above: node), to: &writer)
        }
        writer.endObject()
        let required = node.required.filter { name in properties.contains { $0.name == name } }
        if !required.isEmpty {
            writer.key("required")
            writer.beginArray()
            for name in required { writer.string(name) }
            writer.endArray()
        }
        for key in ["minProperties", "maxProperties"] { copy(key, node, if: \.isCount, &writer) }
    }

    private mutating func items(_ node: SchemaNode, _ writer: inout JSONWriter) {
        writer.key("items")
        if let items = node["items"], items.isObject {
            write(SchemaNode([items], root: root, above: node), to: &writer)
        } else {
            anything("STRING", &writer)
        }
        for key in ["minItems", "maxItems"] { copy(key, node, if: \.isCount, &writer) }
    }

    private func range(_ node: SchemaNode, _ type: String, _ writer: inout JSONWriter) {
        if let bound = node["exclusiveMinimum"]?.int, type == "INTEGER", node["minimum"] == nil, bound < .max {
            writer.key("minimum")
            writer.int(bound + 1)
        }
        if let bound = node["exclusiveMaximum"]?.int, type == "INTEGER", node["maximum"] == nil, bound > .min {
            writer.key("maximum")
            writer.int(bound - 1)
        }
        for key in ["minimum", "maximum"] { copy(key, node, if: { $0.kind == .number }, &writer) }
    }
}

extension JSONElement {
    /// How many of something.
    fileprivate var isCount: Bool { int.map { $0 >= 0 } ?? false }
}

internal import JSON

/// The tools that a model may call, by the names it knows them under.
package struct WrittenTools: Sendable {
    struct Tool: Sendable {
        /// The client's.
        let name: String
        /// What its parameters may be, by the schema.
        let types: [String: Set<String>]
    }

    private var tools: [[UInt8]: Tool] = [:]

    /// - root: a request in Anthropic's words.
    init(_ root: JSONElement) {
        guard let all = root["tools"], all.isArray else { return }
        var names = ToolNames()
        for element in all.elements {
            let type = element["type"]?.string ?? "custom"
            guard type == "custom" || type == "function", let name = element["name"]?.string, !name.isEmpty else {
                continue
            }
            let tool = Tool(name: name, types: Self.types(element["input_schema"]))
            for shown in [name, names.forUpstream(name), names.forUpstream(name, beginningWithLetter: true)] {
                tools[Array(shown.utf8)] = tool
            }
        }
    }

    var isEmpty: Bool { tools.isEmpty }

    subscript(name: some Collection<UInt8>) -> Tool? { tools[Array(name)] }

    func hasName(beginningWith front: some Collection<UInt8>) -> Bool { tools.keys.contains { $0.starts(with: front) } }

    private static func types(_ schema: JSONElement?) -> [String: Set<String>] {
        guard let properties = schema?["properties"], properties.isObject else { return [:] }
        var result: [String: Set<String>] = [:]
        for property in properties.members {
            var found: Set<String> = []
            collect(property.value, &found)
            result[property.key.string ?? ""] = found
        }
        return result
    }

    private static func collect(_ schema: JSONElement, _ found: inout Set<String>) {
        if let type = schema["type"] {
            if let name = type.string { found.insert(name) }
            for name in type.elements { if let name = name.string { found.insert(name) } }
        }
        for key in ["anyOf", "oneOf"] {
            for choice in schema[key].map({ Array($0.elements) }) ?? [] where choice["type"] != nil {
                if let name = choice["type"]?.string { found.insert(name) }
            }
        }
    }
}

extension WrittenTools.Tool {
    /// What stands between two tags, as JSON: text, unless the schema wants something else and it is just that.
    func value(_ text: ArraySlice<UInt8>, of parameter: String) -> [UInt8] {
        let wanted = types[parameter] ?? []
        if wanted.isEmpty || wanted.contains("string") { return JSONText.quoted(Array(text)) }
        let word = String(decoding: text, as: UTF8.self).trimmedOfBlanks
        let json = ["True": "true", "False": "false", "None": "null"][word] ?? word
        guard let value = try? JSONValue(parsing: json), wanted.contains(where: { value.isOf(type: $0) }) else {
            return JSONText.quoted(Array(text))
        }
        return Array(json.utf8)
    }
}

extension JSONValue {
    fileprivate func isOf(type: String) -> Bool {
        switch self {
        case .null: type == "null"
        case .bool: type == "boolean"
        case .number(let number): type == "number" || type == "integer" && number.int != nil
        case .string: type == "string"
        case .array: type == "array"
        case .object: type == "object"
        }
    }
}

extension String {
    fileprivate var trimmedOfBlanks: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

package import JSON

/// Arguments of a tool that travel as fields of the request too, so that what stands between can go by them: a schema names the
/// field of a property with `x-mcp-header`.
package struct MCPParameterFields: Sendable, Equatable {
    private struct Field: Sendable, Equatable {
        let name: String
        let path: [String]
    }

    package struct Mistake: Error, Sendable, Equatable { package let message: String }

    private var fields: [Field] = []

    private static let key = "x-mcp-header"
    private static let types: Set<String> = ["string", "integer", "boolean", "number"]
    /// A schema that is deeper is nobody's list of arguments.
    private static let depthMax = 32

    package var isEmpty: Bool { fields.isEmpty }

    /// Of a tool whose schema is wrong about it nobody knows what its server would hold against a call: it is not offered.
    package init(_ schema: JSONValue) throws(Mistake) {
        try read(schema, [], isReachable: true)
    }

    /// Only what lies below `properties` and nothing else is certain to be where its path says.
    private mutating func read(_ schema: JSONValue, _ path: [String], isReachable: Bool) throws(Mistake) {
        guard let object = schema.object, path.count < Self.depthMax else { return }
        if let named = object[Self.key] {
            let place = path.isEmpty ? "the whole" : "`\(path.joined(separator: "."))`"
            guard isReachable, !path.isEmpty else {
                throw Mistake(
                    message: "`\(Self.key)` of \(place) is not on a property that is always there by its name")
            }
            try add(named, object["type"], path, place)
        }
        for member in object.members where member.key != Self.key {
            if isReachable, member.key == "properties" {
                for property in member.value.object?.members ?? [] {
                    try read(property.value, path + [property.key], isReachable: true)
                }
            } else if !Self.holdsValues.contains(member.key) {
                try readBeside(member.value, path)
            }
        }
    }

    /// What is no schema, though it may look like one.
    private static let holdsValues: Set<String> = ["default", "const", "enum", "examples", "required"]

    private mutating func readBeside(_ value: JSONValue, _ path: [String]) throws(Mistake) {
        if let list = value.array { for one in list { try readBeside(one, path + ["*"]) } }
        try read(value, path + ["*"], isReachable: false)
    }

    private mutating func add(_ named: JSONValue, _ type: JSONValue?, _ path: [String], _ place: String) throws(Mistake)
    {
        guard let name = named.string, !name.isEmpty, name.utf8.allSatisfy(Self.isToken) else {
            throw Mistake(message: "`\(Self.key)` of \(place) is no name of a field")
        }
        guard let type = type?.string, Self.types.contains(type) else {
            throw Mistake(message: "`\(Self.key)` of \(place): only texts, numbers and true or false can be a field")
        }
        if fields.contains(where: { $0.name.lowercased() == name.lowercased() }) {
            throw Mistake(message: "`\(Self.key)` names the field `\(name)` twice")
        }
        fields.append(Field(name: name, path: path))
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// What a call with these arguments has. Nothing where there is no value.
    package func of(_ arguments: JSONValue) -> [(name: String, value: String)] {
        fields.compactMap { field in
            var value: JSONValue? = arguments
            for key in field.path { value = value?[key] }
            let text: String?
            switch value {
            case .string(let words): text = words
            case .bool(let flag): text = flag ? "true" : "false"
            case .number: text = value?.text()
            default: text = nil
            }
            return text.map { ("Mcp-Param-\(field.name)", MCPHeaderText.encode($0)) }
        }
    }
}

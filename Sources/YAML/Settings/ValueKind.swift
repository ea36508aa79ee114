/// What a value is: how it is read, how it is shown, and what is said of it.
package struct ValueKind<Value> {
    package let name: String
    package let schema: Schema
    /// nil after a problem has been reported to the reader.
    package let decode: (YAMLNode, String, inout SettingsReader) -> Value?
    package let show: (Value) -> Shown

    package init(
        name: String, schema: Schema, decode: @escaping (YAMLNode, String, inout SettingsReader) -> Value?,
        show: @escaping (Value) -> Shown
    ) {
        self.name = name
        self.schema = schema
        self.decode = decode
        self.show = show
    }
}

extension ValueKind {
    /// A kind that is written as one text.
    package static func parsed(
        _ name: String, _ schema: Schema, _ parse: @escaping (String) throws(ValueError) -> Value,
        show: @escaping (Value) -> Shown
    ) -> ValueKind {
        ValueKind(
            name: name, schema: schema,
            decode: { node, path, reader in
                guard let text = reader.text(node, path) else { return nil }
                do throws(ValueError) {
                    return try parse(text)
                } catch {
                    reader.report(node.position, path, "\(reader.quote(node)) \(error.message)")
                    return nil
                }
            },
            show: show)
    }

    /// May be left out; there is no text that says so.
    package var optional: ValueKind<Value?> {
        ValueKind<Value?>(
            name: name, schema: schema,
            decode: { node, path, reader in decode(node, path, &reader).map { .some($0) } },
            show: { $0.map(show) ?? .nothing })
    }

    /// Any number of them.
    package var list: ValueKind<[Value]> {
        ValueKind<[Value]>(
            name: name.contains(" or ") ? "list of \(name)" : "list of \(name)s", schema: .list(schema),
            decode: { node, path, reader in
                guard let items = node.sequence else {
                    reader.report(node.position, path, "takes a list, such as [a, b]; this is \(node.kindName)")
                    return nil
                }
                return items.enumerated().compactMap { decode($1, "\(path)[\($0)]", &reader) }
            },
            show: { .list($0.map(show)) })
    }
}

extension ValueKind<String> {
    package static var text: ValueKind {
        parsed("text", .text, { text throws(ValueError) in try notEmpty(text) }, show: { .text($0) })
    }

    /// Relative paths start where the process does.
    package static var path: ValueKind {
        parsed("path", .text, { text throws(ValueError) in try notEmpty(text) }, show: { .text($0) })
    }

    /// Relative paths start at the folder of the configuration file, so that both can be moved together.
    package static var pathBesideFile: ValueKind {
        let plain = path
        return ValueKind(
            name: "path", schema: .text,
            decode: { node, path, reader in plain.decode(node, path, &reader).map { reader.resolve($0) } },
            show: { .text($0) })
    }

    private static func notEmpty(_ text: String) throws(ValueError) -> String {
        guard !text.isEmpty else { throw ValueError("is empty") }
        return text
    }
}

extension ValueKind<Int> {
    package static func integer(_ range: ClosedRange<Int>) -> ValueKind {
        parsed(
            "number", .integer(range),
            { text throws(ValueError) in
                let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
                guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                    throw ValueError(
                        "is no whole number; write one such as \(max(range.lowerBound, min(64, range.upperBound)))")
                }
                guard let number = Int(text), range.contains(number) else {
                    throw ValueError("is outside \(range.lowerBound) to \(range.upperBound)")
                }
                return number
            },
            show: { .integer($0) })
    }

    package static func size(_ range: ClosedRange<Int>) -> ValueKind {
        parsed(
            "size", .integerOrPattern("^[0-9]+ *(B|kB|KB|MB|GB|KiB|MiB|GiB)?$"),
            { text throws(ValueError) in
                let bytes = try ByteCount.parse(text)
                guard range.contains(bytes) else {
                    throw ValueError(
                        "is outside \(ByteCount.describe(range.lowerBound)) to \(ByteCount.describe(range.upperBound))")
                }
                return bytes
            },
            show: { .text(ByteCount.describe($0)) })
    }
}

extension ValueKind<Bool> {
    package static var boolean: ValueKind {
        parsed(
            "truth value", .boolean,
            { text throws(ValueError) in
                switch text {
                case "true": return true
                case "false": return false
                default: throw ValueError("is neither true nor false")
                }
            },
            show: { .truth($0) })
    }
}

extension ValueKind where Value: RawRepresentable<String> & CaseIterable {
    /// One of the words of an enumeration.
    package static var choice: ValueKind {
        let words = Value.allCases.map(\.rawValue)
        return parsed(
            words.joined(separator: " or "), .choice(words),
            { text throws(ValueError) in
                if let value = Value(rawValue: text) { return value }
                let hint = NearestName.hint(for: text, among: words)
                throw ValueError("is not one of \(words.joined(separator: ", "))\(hint)")
            },
            show: { .text($0.rawValue) })
    }
}

/// The keys of one map, and the value they fill. This is the one place where a key is declared; the parser, the
/// schema, the documentation, the starter file and the hints are all read from it.
package struct Section<Root> {
    package let defaults: Root
    package let keys: [Key<Root>]

    package init(defaults: Root, _ keys: [Key<Root>]) {
        self.defaults = defaults
        self.keys = keys
    }

    package var descriptions: [KeyDescription] { keys.map { $0.describe(defaults) } }

    package func show(_ root: Root) -> Shown {
        .map(keys.compactMap { key in key.show.map { Shown.Member(name: key.name, value: $0(root)) } })
    }

    /// Reads a map into `root`, key by key; what is wrong is reported, what is right is kept.
    package func decode(_ node: YAMLNode, _ path: String, into root: inout Root, _ reader: inout SettingsReader) {
        if node.isNull { return }
        guard let entries = node.mapping else {
            reader.report(node.position, path, "takes keys below it; this is \(node.kindName)")
            return
        }
        for entry in entries {
            let entryPath = path.isEmpty ? entry.key : "\(path).\(entry.key)"
            guard let key = keys.first(where: { $0.name == entry.key }) else {
                reader.reportUnknownKey(entry, entryPath, known: keys.map(\.name))
                continue
            }
            guard let decode = key.decode else {
                reader.report(
                    entry.keyPosition, entryPath, "not yet: this version has no such feature; remove the key")
                continue
            }
            reader.note(entryPath, entry.keyPosition)
            decode(entry.value, entryPath, &root, &reader)
        }
    }
}

extension Section {
    /// The map as a value of its own: for lists of maps, and for maps that may be left out.
    package var kind: ValueKind<Root> {
        ValueKind(
            name: "map", schema: .keys(descriptions),
            decode: { node, path, reader in
                let before = reader.problems.count
                var root = defaults
                decode(node, path, into: &root, &reader)
                return reader.problems.count == before ? root : nil
            },
            show: show)
    }
}

/// One key of a section.
package struct Key<Root> {
    package let name: String
    package let describe: (Root) -> KeyDescription
    /// nil: not yet.
    package let decode: ((YAMLNode, String, inout Root, inout SettingsReader) -> Void)?
    package let show: ((Root) -> Shown)?

    package init<Value>(
        _ name: String, _ place: WritableKeyPath<Root, Value>, _ kind: ValueKind<Value>, example: String,
        _ documentation: String
    ) {
        self.name = name
        describe = { defaults in
            KeyDescription(
                name: name, documentation: documentation, availability: .now, typeName: kind.name, schema: kind.schema,
                defaultValue: kind.show(defaults[keyPath: place]), example: example)
        }
        decode = { node, path, root, reader in
            if let value = kind.decode(node, path, &reader) { root[keyPath: place] = value }
        }
        show = { kind.show($0[keyPath: place]) }
    }

    package static func section<Value>(
        _ name: String, _ place: WritableKeyPath<Root, Value>, _ section: Section<Value>, _ documentation: String
    ) -> Key {
        Key(
            name: name,
            describe: { _ in
                KeyDescription(
                    name: name, documentation: documentation, availability: .now, typeName: "map",
                    schema: .keys(section.descriptions), defaultValue: .nothing, example: "")
            },
            decode: { node, path, root, reader in section.decode(node, path, into: &root[keyPath: place], &reader) },
            show: { section.show($0[keyPath: place]) })
    }

    /// A key of the contract whose feature does not exist in this version. It is refused, never ignored.
    package static func notYet(_ name: String, example: String, _ documentation: String) -> Key {
        Key(
            name: name,
            describe: { _ in
                KeyDescription(
                    name: name, documentation: documentation, availability: .notYet, typeName: "", schema: .text,
                    defaultValue: .nothing, example: example)
            },
            decode: nil, show: nil)
    }

    private init(
        name: String, describe: @escaping (Root) -> KeyDescription,
        decode: ((YAMLNode, String, inout Root, inout SettingsReader) -> Void)?, show: ((Root) -> Shown)?
    ) {
        self.name = name
        self.describe = describe
        self.decode = decode
        self.show = show
    }
}

internal import JSON
internal import YAML

extension ValueKind<Waiver> {
    static var waiver: ValueKind {
        let section = PolicyKeys.waiver
        return ValueKind(
            name: "waiver", schema: .keys(section.descriptions),
            decode: { node, path, reader in
                guard let waiver = section.kind.decode(node, path, &reader) else { return nil }
                let missing = [
                    ("check", waiver.check), ("reason", waiver.reason), ("owner", waiver.owner),
                    ("expires", waiver.expires),
                ].filter(\.1.isEmpty).map { "`\($0.0)`" }
                guard missing.isEmpty else {
                    reader.report(node.position, path, "needs \(missing.joined(separator: ", ")) too")
                    return nil
                }
                return waiver
            },
            show: section.show)
    }
}

extension ValueKind<String> {
    /// The id of a finding.
    static var auditCheck: ValueKind {
        parsed(
            "check", .text,
            { text throws(ValueError) in
                guard AuditCatalog.check(text) != nil else {
                    throw ValueError(
                        "is no check of the audit; docs/audit.md lists them\(AuditCatalog.hint(for: text))")
                }
                return text
            }, show: { .text($0) })
    }
}

extension ValueKind<Expectation> {
    static var expectation: ValueKind {
        let section = PolicyKeys.expectation
        return ValueKind(
            name: "expectation", schema: .keys(section.descriptions),
            decode: { node, path, reader in
                guard var expectation = section.kind.decode(node, path, &reader) else { return nil }
                guard !expectation.tool.isEmpty, expectation.decision != nil else {
                    reader.report(node.position, path, "needs `tool` and `decision`")
                    return nil
                }
                expectation.inputPlace = node[key: "input"].map { RulePlace(file: reader.file, $0.position) }
                expectation.rulePlace = node[key: "rule"].map { RulePlace(file: reader.file, $0.position) }
                return expectation
            },
            show: section.show)
    }
}

extension ValueKind<[ToolRules]> {
    static var toolRules: ValueKind {
        let section = PolicyKeys.tool
        return ValueKind(
            name: "map of tools", schema: .map(.keys(section.descriptions)),
            decode: { node, path, reader in
                guard let entries = node.mapping else {
                    reader.report(node.position, path, "takes a map of tools to their rules; this is \(node.kindName)")
                    return nil
                }
                guard entries.count <= PolicyLimits.toolsMax else {
                    reader.report(node.position, path, "names more than \(PolicyLimits.toolsMax) tools")
                    return nil
                }
                return entries.compactMap { entry in
                    let place = "\(path).\(entry.key)"
                    guard ToolName.canonical(entry.key) == entry.key else {
                        let name = ToolName.canonical(entry.key)
                        reader.report(entry.keyPosition, place, "is another name of `\(name)`; write that one")
                        return nil
                    }
                    guard ToolName.isKnown(entry.key) else {
                        reader.reportUnknownKey(entry, place, known: ToolName.all)
                        return nil
                    }
                    var rules = ToolRules()
                    section.decode(entry.value, place, into: &rules, &reader)
                    rules.name = entry.key
                    return rules
                }
            },
            show: { .map($0.map { Shown.Member(name: $0.name, value: section.show($0)) }) })
    }
}

extension ValueKind<JSONValue> {
    /// The input of a tool: whatever is written, each single value as the text that it is.
    static var toolInput: ValueKind {
        ValueKind(
            name: "map", schema: .map(.anything),
            decode: { node, path, reader in
                guard node.mapping != nil else {
                    reader.report(node.position, path, "takes the tool's input as a map; this is \(node.kindName)")
                    return nil
                }
                return json(node)
            },
            show: { shown($0) })
    }

    private static func json(_ node: YAMLNode) -> JSONValue {
        switch node.content {
        case .scalar(let scalar): .string(scalar.text)
        case .sequence(let items): .array(items.map { json($0) })
        case .mapping(let entries):
            .object(JSONObject(entries.map { JSONObject.Member(key: $0.key, value: json($0.value)) }))
        }
    }

    private static func shown(_ value: JSONValue) -> Shown {
        switch value {
        case .string(let text): .text(text)
        case .array(let items): .list(items.map { shown($0) })
        case .object(let object): .map(object.members.map { Shown.Member(name: $0.key, value: shown($0.value)) })
        case .null, .bool, .number: .text(value.text())
        }
    }
}

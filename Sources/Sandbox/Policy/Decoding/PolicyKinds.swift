internal import LinuxSystem
package import YAML

extension ValueKind {
    /// Keeps the rule's name, which is its path in the file, and where it stands.
    var ruled: ValueKind<PolicyRule<Value>> {
        ValueKind<PolicyRule<Value>>(
            name: name, schema: schema,
            decode: { node, path, reader in
                decode(node, path, &reader).map { value in
                    PolicyRule(value, name: path, place: RulePlace(file: reader.file, node.position))
                }
            },
            show: { show($0.value) })
    }

    /// A list of rules, which is judged as often as something is to be decided: of a length that stays cheap.
    var rules: ValueKind<[PolicyRule<Value>]> {
        let list = ruled.list
        return ValueKind<[PolicyRule<Value>]>(
            name: list.name, schema: list.schema,
            decode: { node, path, reader in
                guard let count = node.sequence?.count, count > PolicyLimits.rulesMax else {
                    return list.decode(node, path, &reader)
                }
                reader.report(node.position, path, "has \(count) entries; at most \(PolicyLimits.rulesMax) are read")
                return nil
            },
            show: list.show)
    }

    var rule: ValueKind<PolicyRule<Value>?> { ruled.optional }
}

/// How large a policy can be, beside the bytes of its file.
enum PolicyLimits {
    /// Of one list.
    static let rulesMax = 2_000
    static let toolsMax = 200
}

extension RulePlace {
    init(file: String, _ position: YAMLPosition) {
        self.init(file: file, line: position.line, column: position.column)
    }
}

extension ValueKind<PathPattern> {
    static var pathPattern: ValueKind { parsed("path", .text, PathPattern.parse, show: { .text($0.text) }) }
}

extension ValueKind<DeniedPath> {
    /// A path, or `{ path: …, only: write }` for one that may be read.
    static var deniedPath: ValueKind {
        let path = ValueKind<PathPattern>.pathPattern
        let section = PolicyKeys.deniedPath
        return ValueKind(
            name: "path", schema: .either([.text, .keys(section.descriptions)]),
            decode: { node, place, reader in
                guard node.mapping != nil else {
                    return path.decode(node, place, &reader).map { DeniedPath(path: $0) }
                }
                guard let draft = section.kind.decode(node, place, &reader) else { return nil }
                guard let path = draft.path else {
                    reader.report(node.position, place, "has no `path`, which is what it denies")
                    return nil
                }
                return DeniedPath(path: path, onlyWriting: draft.only == .write)
            },
            show: \.shown)
    }
}

extension DeniedPath {
    /// As a policy file would have it.
    package var shown: Shown {
        guard onlyWriting else { return .text(path.text) }
        return .map([
            Shown.Member(name: "path", value: .text(path.text)), Shown.Member(name: "only", value: .text("write")),
        ])
    }
}

extension ValueKind<HostPattern> {
    static var hostPattern: ValueKind { parsed("host", .text, HostPattern.parse, show: { .text($0.text) }) }
}

extension ValueKind<String> {
    /// One line that is not empty.
    static var plainText: ValueKind {
        parsed(
            "text", .text,
            { text throws(ValueError) in
                guard !text.isEmpty else { throw ValueError("is empty") }
                try RuleText.check(text)
                return text
            }, show: { .text($0) })
    }

    static var variableName: ValueKind {
        parsed(
            "name", .text,
            { text throws(ValueError) in
                let name = text.hasSuffix("*") ? text.dropLast() : text[...]
                guard EnvironmentName.isValid(name) || (name.isEmpty && text == "*") else {
                    throw ValueError("is no name of a variable; letters, digits and _, perhaps a * at the end")
                }
                return text
            },
            show: { .text($0) })
    }

    static var date: ValueKind {
        parsed(
            "date", .pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
            { text throws(ValueError) in
                let parts = text.split(separator: "-", omittingEmptySubsequences: false)
                guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
                    parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
                    let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
                    (1...12).contains(month), (1...31).contains(day)
                else { throw ValueError("is no date; write one such as 2027-06-30") }
                let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
                let last = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
                guard day <= last else { throw ValueError("is no date: that month has \(last) days") }
                return text
            },
            show: { .text($0) })
    }
}

enum EnvironmentName {
    static func isValid(_ name: Substring) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x30...0x39,
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}

extension ValueKind<[PolicyRule<EnvironmentValue>]> {
    static var environmentValues: ValueKind {
        // An empty text is a value that a variable can have.
        let text = ValueKind<String>.parsed(
            "text", .text,
            { text throws(ValueError) in
                try RuleText.check(text)
                try PolicyVariables.check(text)
                return text
            }, show: { .text($0) })
        return ValueKind(
            name: "map of texts", schema: .map(.text),
            decode: { node, path, reader in
                guard let entries = node.mapping else {
                    reader.report(node.position, path, "takes a map of names to values; this is \(node.kindName)")
                    return nil
                }
                return entries.compactMap { entry in
                    let place = "\(path).\(entry.key)"
                    guard EnvironmentName.isValid(entry.key[...]) else {
                        reader.report(entry.keyPosition, place, "`\(entry.key)` is no name of a variable")
                        return nil
                    }
                    return text.decode(entry.value, place, &reader).map { value in
                        PolicyRule(
                            EnvironmentValue(name: entry.key, text: value), name: place,
                            place: RulePlace(file: reader.file, entry.keyPosition))
                    }
                }
            },
            show: { .map($0.map { Shown.Member(name: $0.value.name, value: .text($0.value.text)) }) })
    }
}

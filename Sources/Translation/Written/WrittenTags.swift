/// Calls whose arguments stand between tags: `<parameter=path>a</parameter>`, `<parameter name="path">a</parameter>`,
/// `<arg_key>path</arg_key><arg_value>a</arg_value>`.
struct WrittenTags {
    private var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) { rest = text }

    /// One call after the other; nil where anything else stands between them.
    mutating func calls(_ tools: WrittenTools) -> [WrittenCall]? {
        var calls: [WrittenCall] = []
        while true {
            skipBlanks()
            if rest.isEmpty { return calls.isEmpty ? nil : calls }
            guard let (name, closing) = beginning(), let tool = tools[name], let call = call(of: tool),
                skip(closing)
            else { return nil }
            calls.append(call)
        }
    }

    /// The arguments up to what is no argument.
    mutating func call(of tool: WrittenTools.Tool) -> WrittenCall? {
        var arguments: [UInt8] = [UInt8(ascii: "{")]
        while true {
            skipBlanks()
            if rest.isEmpty || rest.starts(with: "</".utf8) { break }
            guard let (name, value) = argument() else { return nil }
            if arguments.count > 1 { arguments.append(UInt8(ascii: ",")) }
            arguments += JSONText.quoted(name) + [UInt8(ascii: ":")] + tool.value(value, of: name)
        }
        return WrittenCall(name: tool.name, arguments: arguments + [UInt8(ascii: "}")])
    }

    /// What stands before the arguments where the name is known already.
    mutating func skip(name: [UInt8]) {
        if rest.first == UInt8(ascii: "\"") || rest.first == UInt8(ascii: "'") { rest.removeFirst() }
        if rest.starts(with: name) { rest.removeFirst(name.count) }
        while let byte = rest.first, "\"'>".utf8.contains(byte) { rest.removeFirst() }
    }

    // MARK: Tags

    private mutating func beginning() -> (name: ArraySlice<UInt8>, closing: String)? {
        if skip("<function=") { return until(">").map { ($0, "</function>") } }
        for front in ["", WrittenForm.dsml] where skip("<\(front)invoke name=") {
            return attribute().map { ($0, "</\(front)invoke>") }
        }
        return nil
    }

    private mutating func argument() -> (String, ArraySlice<UInt8>)? {
        if skip("<parameter=") {
            guard let name = until(">"), let value = until("</parameter>") else { return nil }
            return (String(decoding: name, as: UTF8.self), Self.withoutLineEnds(value))
        }
        if skip("<arg_key>") {
            guard let name = until("</arg_key>") else { return nil }
            skipBlanks()
            guard skip("<arg_value>"), let value = until("</arg_value>") else { return nil }
            return (String(decoding: name, as: UTF8.self), value)
        }
        for front in ["", WrittenForm.dsml] where skip("<\(front)parameter name=") {
            guard let name = attribute(), let value = until("</\(front)parameter>") else { return nil }
            return (String(decoding: name, as: UTF8.self), value)
        }
        return nil
    }

    /// A name in quotes; what else stands in its tag says nothing that the schema does not.
    private mutating func attribute() -> ArraySlice<UInt8>? {
        guard let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
        rest.removeFirst()
        guard let name = until(String(UnicodeScalar(quote))), until(">") != nil else { return nil }
        return name
    }

    /// Some put the value on lines of its own.
    private static func withoutLineEnds(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var value = value
        if value.first == 0x0a { value.removeFirst() }
        if value.last == 0x0a { value.removeLast() }
        return value
    }

    // MARK: Bytes

    private mutating func skipBlanks() {
        rest = rest.drop { $0 == 0x20 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
    }

    /// The closing of a call may be missing at the very end.
    private mutating func skip(_ text: String) -> Bool {
        guard rest.starts(with: text.utf8) else { return rest.isEmpty && text.hasPrefix("</") }
        rest.removeFirst(text.utf8.count)
        return true
    }

    /// nil: it does not come.
    private mutating func until(_ text: String) -> ArraySlice<UInt8>? {
        let mark = Array(text.utf8)
        var place = rest.startIndex
        while let next = rest[place...].firstIndex(of: mark[0]) {
            if rest[next...].starts(with: mark) {
                defer { rest = rest[(next + mark.count)...] }
                return rest[..<next]
            }
            place = next + 1
        }
        return nil
    }
}

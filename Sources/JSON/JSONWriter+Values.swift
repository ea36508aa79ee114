extension JSONWriter {
    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .number(let value): number(value)
        case .string(let value): string(value)
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let object): self.object(object)
        }
    }

    package mutating func object(_ object: JSONObject) {
        beginObject()
        for member in object.members {
            key(member.key)
            value(member.value)
        }
        endObject()
    }

    /// The value as it was written, byte for byte, its white space included; indented anew in the pretty style.
    package mutating func element(_ element: JSONElement) {
        guard style == .pretty else { return raw(element.sourceBytes) }
        walk(element)
    }

    /// The value on one line, for frames that end at a line feed. Strings and numbers stay as they were written.
    package mutating func elementOnOneLine(_ element: JSONElement) {
        precondition(style == .compact, "the pretty style has no single lines")
        // Inside a string a line feed is escaped: one in the source is white space.
        let hasLineBreak = element.sourceBytes.contains { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        if hasLineBreak { walk(element) } else { raw(element.sourceBytes) }
    }

    /// White space is ours, scalars are the source's.
    private mutating func walk(_ element: JSONElement) {
        switch element.kind {
        case .array:
            beginArray()
            for child in element.elements { walk(child) }
            endArray()
        case .object:
            beginObject()
            for member in element.members {
                key(rawJSON: member.key.sourceBytes)
                walk(member.value)
            }
            endObject()
        default: raw(element.sourceBytes)
        }
    }
}

extension JSONValue: CustomStringConvertible {
    /// Compact JSON.
    package var description: String { text() }

    package func text(style: JSONWriter.Style = .compact) -> String {
        var writer = JSONWriter(style: style)
        writer.value(self)
        return writer.text
    }

    package func bytes(style: JSONWriter.Style = .compact) -> [UInt8] {
        var writer = JSONWriter(style: style)
        writer.value(self)
        return writer.take()
    }
}

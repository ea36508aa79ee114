// modules: JSON
// with: Tests/JSONTests/ReferenceParser.swift Tests/JSONTests/OutlineAgreement.swift
//
// The JSON parser on any bytes: no crash, no read outside of the text and its padding, the same answer as the reference
// parser, and what was accepted is walked in every way, written, and read again as the same.

internal import JSON

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = UnsafeRawBufferPointer(start: start, count: count)
    // A copy of its own size: a read beyond its padding is found by the address sanitizer.
    let text = PaddedBytes(copying: input)
    let difference = OutlineAgreement.difference(
        in: text.bytes, limits: JSONFuzz.limits, JSONFuzz.parser, JSONFuzz.outliner)
    precondition(difference == nil, "the outline has another answer: \(difference ?? "")")
    do throws(JSONError) {
        let document = try JSONFuzz.parser.parse(text.bytes, limits: JSONFuzz.limits)
        let expected = ReferenceParser.parse(Array(input), depthMax: JSONFuzz.limits.depth)
        precondition(document.withRoot { JSONValue($0) } == expected, "the reference parser has another answer")
        JSONFuzz.checkAccepted(document)
    } catch {
        precondition(ReferenceParser.parse(Array(input), depthMax: JSONFuzz.limits.depth) == nil, "refused: \(error)")
        precondition((0...count).contains(error.offset) && error.line >= 1 && error.column >= 1)
        precondition(error.column <= error.offset + 1 && !error.description.isEmpty)
    }
    return 0
}

private enum JSONFuzz {
    nonisolated(unsafe) static let parser = JSONParser()
    nonisolated(unsafe) static let outliner = JSONParser()
    static let limits = JSONLimits(depth: 64, bytes: 1 << 20)

    static func checkAccepted(_ document: JSONDocument) {
        let value = document.withRoot { root in
            precondition(document.bytes[root.sourceRange].count == root.sourceBytes.count)
            check(root)
            return JSONValue(root)
        }
        var verbatim = JSONWriter()
        var pretty = JSONWriter(style: .pretty)
        document.withRoot { root in
            verbatim.element(root)
            verbatim.append("\n")
            pretty.element(root)
        }
        var oneLine = JSONWriter()
        document.withRoot { oneLine.elementOnOneLine($0) }
        precondition(!oneLine.bytes.contains(UInt8(ascii: "\n")))
        for bytes in [verbatim.take(), pretty.take(), oneLine.take(), value.bytes(), value.bytes(style: .pretty)] {
            guard let again = try? JSONValue(parsing: bytes, limits: limits) else {
                preconditionFailure("written, and refused: \(value)")
            }
            precondition(again == value)
        }
    }

    private static let keys: [StaticString] = ["", "a", "b", "type", "content", "tool_use_id", "cache_control"]
    private static let names = JSONNames(keys)

    /// The same members as by look-ups, and the text of the object inside of another one.
    static func checkPick(_ object: JSONElement) {
        let pick = JSONPick(object, names)
        for (place, key) in keys.enumerated() {
            precondition(pick[place: place]?.sourceRange == object["\(key)"]?.sourceRange)
        }
        var writer = JSONWriter()
        writer.compose(room: 2 * object.sourceBytes.count + JSONPieces.escapeRoom + 2) { text in
            text.put("\"")
            text.putText(of: object)
            text.put("\"")
        }
        let text = try? JSONValue(parsing: writer.take())
        precondition(text?.string == object.sourceText, "the text of an object is another one")
    }

    static func check(_ element: JSONElement) {
        switch element.kind {
        case .null, .bool: precondition(element.count == 0)
        case .number:
            let number = element.number
            precondition(number.flatMap { JSONNumber($0.text) } == number)
            precondition(element.int == number?.int && element.double == number?.double)
        case .string:
            let string = element.string ?? "?"
            precondition(element.equals(string))
            precondition(element.withUTF8 { Array($0) } == Array(string.utf8))
        case .array:
            precondition(Array(element.elements).count == element.count)
            for child in element.elements { check(child) }
        case .object:
            precondition(Array(element.members).count == element.count)
            for member in element.members {
                check(member.key)
                check(member.value)
                precondition(member.key.string.flatMap { element[$0] } != nil)
            }
            _ = element.duplicateKeys
            checkPick(element)
        }
    }
}

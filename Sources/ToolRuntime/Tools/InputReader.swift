internal import JSON
internal import YAML

/// Holds an input against its shape. What comes back has each known field once and nothing else, so that everybody who
/// reads it later, in the jail or outside, reads the same.
struct InputReader {
    private(set) var problems: [InputProblem] = []

    /// Nobody corrects more at once, and a hostile input could have millions.
    private static let problemsMax = 20
    private static let shownMax = 60

    static func read(_ input: JSONValue, _ shape: InputShape, tool: String) throws(InputProblems) -> JSONObject {
        var reader = InputReader()
        guard case .object(let object) = input else {
            throw InputProblems(
                tool: tool,
                problems: [InputProblem(.wrongType, "", "is \(shown(input)); wanted: an object, {…}")])
        }
        let result = reader.object(object, shape, at: "")
        if !reader.problems.isEmpty { throw InputProblems(tool: tool, problems: reader.problems) }
        return result
    }

    private mutating func report(_ code: InputProblem.Code, _ field: String, _ message: String) {
        if problems.count < Self.problemsMax { problems.append(InputProblem(code, field, message)) }
    }

    private mutating func object(_ object: JSONObject, _ shape: InputShape, at place: String) -> JSONObject {
        let prefix = place.isEmpty ? "" : "\(place)."
        let names = shape.fields.map(\.name)
        for key in object.keys where !names.contains(key) && problems.count < Self.problemsMax {
            let hint = NearestName.hint(for: key, among: names)
            let there = hint.isEmpty ? "; there are: \(names.joined(separator: ", "))" : ""
            report(.unknown, prefix + Self.cut(key), "is no field\(hint)\(names.isEmpty ? "; there are none" : there)")
        }
        var result = JSONObject()
        for field in shape.fields {
            // Clients that must send every field send null for those that they leave out.
            guard let value = object[field.name], field.isRequired || !value.isNull else {
                if field.isRequired {
                    report(.missing, prefix + field.name, "is missing; wanted: \(field.kind.wanted)")
                }
                continue
            }
            if let read = read(value, field.kind, at: prefix + field.name) { result[field.name] = read }
        }
        return result
    }

    private mutating func read(_ value: JSONValue, _ kind: InputKind, at place: String) -> JSONValue? {
        switch (kind, value) {
        case (.text(let lengthMin), .string(let text)):
            if text.utf8.count < lengthMin {
                report(.tooShort, place, "is \(Self.shown(value)); wanted: at least \(lengthMin) characters")
            }
            return value
        case (.path, .string(let text)): return path(text, at: place)
        case (.address, .string(let text)):
            let lower = text.prefix(8).lowercased()
            if !lower.hasPrefix("http://") && !lower.hasPrefix("https://") {
                report(
                    .badText, place, "is \(Self.shown(value)); wanted: an address that begins with https:// or http://")
            }
            return value
        case (.whole(let range), .number(let number)):
            guard let whole = number.int, range.contains(whole) else {
                let code: InputProblem.Code = number.int == nil ? .wrongType : .outOfRange
                report(code, place, "is \(Self.shown(value)); wanted: \(kind.wanted)")
                return nil
            }
            return .int(whole)
        case (.flag, .bool): return value
        case (.choice(let words), .string(let text)):
            if !words.contains(text) {
                let hint = NearestName.hint(for: text, among: words)
                report(.notAChoice, place, "is \(Self.shown(value)); wanted: \(kind.wanted)\(hint)")
            }
            return value
        case (.list(let element, let countMin), .array(let elements)):
            if elements.count < countMin { report(.tooShort, place, "is empty; wanted: at least \(countMin)") }
            var result: [JSONValue] = []
            for (index, value) in elements.enumerated() where problems.count < Self.problemsMax {
                if let read = read(value, element, at: "\(place)[\(index)]") { result.append(read) }
            }
            return .array(result)
        case (.object(let shape), .object(let inner)): return .object(object(inner, shape, at: place))
        default:
            report(.wrongType, place, "is \(Self.shown(value)); wanted: \(kind.wanted)")
            return nil
        }
    }

    private mutating func path(_ text: String, at place: String) -> JSONValue? {
        if text.utf8.contains(0) {
            report(.badText, place, "has a NUL byte, which no path can have")
        } else if !text.utf8.starts(with: [UInt8(ascii: "/")]) {
            report(
                .relativePath, place,
                text.isEmpty
                    ? "is empty; wanted: \(InputKind.path.wanted)"
                    : "is a relative path, \(Self.shown(.string(text))); write the whole path, beginning with /")
        }
        return .string(text)
    }

    // MARK: What came

    private static func shown(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): "\(flag)"
        case .number(let number): "the number \(cut(number.text))"
        case .string(let text): text.isEmpty ? "an empty text" : "the text \(JSONValue.string(cut(text)))"
        case .array(let elements): "a list of \(elements.count)"
        case .object(let object): "an object with \(object.count) fields"
        }
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= shownMax ? text : String(decoding: Array(text.utf8.prefix(shownMax)), as: UTF8.self) + "…"
    }
}

extension InputKind {
    /// What the message of a problem asks for.
    var wanted: String {
        switch self {
        case .text: "a text"
        case .path: "an absolute path, such as /home/me/project/file"
        case .address: "an address, such as https://example.org/page"
        case .whole(let range):
            range.upperBound == .max
                ? "a whole number from \(range.lowerBound) on"
                : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .flag: "true or false"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .list(let element, _): "a list, each \(element.wanted)"
        case .object(let shape): "an object with \(shape.fields.map(\.name).joined(separator: ", "))"
        }
    }
}

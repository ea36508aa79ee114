internal import JSON

/// Values of every shape, from a seed.
struct RandomJSON {
    var generator: SeededGenerator

    mutating func value(depth: Int = 0) -> JSONValue {
        switch generator.below(depth > 5 ? 5 : 8) {
        case 0: return .null
        case 1: return .bool(generator.below(2) == 0)
        case 2, 3: return .number(number())
        case 4: return .string(string())
        case 5: return .array((0..<generator.below(6)).map { _ in value(depth: depth + 1) })
        default:
            return .object(
                JSONObject(
                    (0..<generator.below(6)).map { _ in
                        JSONObject.Member(key: string(), value: value(depth: depth + 1))
                    }))
        }
    }

    mutating func number() -> JSONNumber {
        switch generator.below(4) {
        case 0: return JSONNumber(Int.random(in: -1000...1000, using: &generator))
        case 1: return JSONNumber(Int.random(in: .min ... .max, using: &generator))
        case 2: return JSONNumber(Double(bitPattern: generator.next())) ?? JSONNumber(0)
        default:
            var digits = (0..<(1 + generator.below(40))).map { _ in String(generator.below(10)) }.joined()
            digits = String(digits.drop { $0 == "0" })
            let text = (digits.isEmpty ? "0" : digits) + ["", ".5", "e10", ".25E-3"][generator.below(4)]
            return JSONNumber(text) ?? JSONNumber(0)
        }
    }

    mutating func string() -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "b", "z", "0", " ", "\"", "\\", "/", "\n", "\t", "\u{0}", "\u{1F}", "é", "€", "😀", "\u{7F}", "{", ":",
            ",",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<generator.below(generator.below(4) == 0 ? 80 : 6) {
            text.append(alphabet[generator.below(alphabet.count)])
        }
        return String(text)
    }

    /// JSON with the white space and the escapes that our writer never writes.
    mutating func spelling(_ value: JSONValue) -> String {
        let space = ["", "", "", " ", "\n", "\t", "\r\n  "][generator.below(7)]
        switch value {
        case .null, .bool, .number: return space + value.description + space
        case .string(let text): return space + spelling(text) + space
        case .array(let elements):
            return space + "[" + elements.map { spelling($0) }.joined(separator: ",") + space + "]"
        case .object(let object):
            let members = object.members.map { spelling($0.key) + space + ":" + spelling($0.value) }
            return space + "{" + space + members.joined(separator: "," + space) + "}" + space
        }
    }

    private mutating func spelling(_ text: String) -> String {
        var spelled = "\""
        for scalar in text.unicodeScalars {
            if generator.below(4) == 0 {
                for unit in String(scalar).utf16 {
                    let hex = String(unit, radix: 16, uppercase: generator.below(2) == 0)
                    spelled += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                }
            } else {
                spelled += JSONValue.string(String(scalar)).description.dropFirst().dropLast()
            }
        }
        return spelled + "\""
    }
}

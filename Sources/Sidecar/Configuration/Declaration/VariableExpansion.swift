internal import YAML

/// `${VAR}` and `${VAR:-default}`. `$${` stands for the characters `${`; any other `$` stands for itself.
enum VariableExpansion {
    static func expand(_ text: String, _ environment: [String: String]) throws(ValueError) -> String {
        guard text.contains("$") else { return text }
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                result += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let end = rest.firstIndex(of: "}") else {
                    throw ValueError(
                        "a variable begins with `${` and has no `}`; write `$${` for the characters themselves")
                }
                result += try value(rest[rest.index(rest.startIndex, offsetBy: 2)..<end], environment)
                rest = rest[rest.index(after: end)...]
            } else {
                result.append("$")
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    private static func value(_ inside: Substring, _ environment: [String: String]) throws(ValueError) -> String {
        var name = inside
        var fallback: Substring?
        if let mark = inside.range(ofText: ":-") {
            name = inside[..<mark.lowerBound]
            fallback = inside[mark.upperBound...]
        }
        guard isName(name) else {
            throw ValueError("`${…}` takes the name of an environment variable, and perhaps `:-` and a default")
        }
        if let fallback, fallback.contains("${") {
            throw ValueError("the default of ${\(name)} cannot hold a variable")
        }
        // As in a shell: with `:-`, an empty variable counts as unset.
        if let value = environment[String(name)], fallback == nil || !value.isEmpty { return value }
        if let fallback { return String(fallback) }
        throw ValueError("the environment variable \(name) is not set; set it, or write ${\(name):-default}")
    }

    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}

/// `${VAR}` and `${VAR:-default}` in the texts of an entry.
package struct MCPVariables: Sendable {
    private let environment: [String: String]
    /// Those that are not set and have no default, each once.
    package private(set) var missing: [String] = []

    package init(_ environment: [String: String]) { self.environment = environment }

    /// What is no reference stays as it is: `$HOME`, `${}`, `${a b}`.
    package mutating func expand(_ text: String) -> String {
        guard text.contains("${") else { return text }
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            rest = rest[start.lowerBound...]
            guard let end = rest.firstIndex(of: "}"),
                let value = value(of: rest[rest.index(rest.startIndex, offsetBy: 2)..<end])
            else {
                result += rest.prefix(2)
                rest = rest.dropFirst(2)
                continue
            }
            result += value
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    /// nil for what is no reference.
    private mutating func value(of reference: Substring) -> String? {
        let split = reference.firstRange(of: ":-")
        let name = String(reference[..<(split?.lowerBound ?? reference.endIndex)])
        guard Self.isName(name) else { return nil }
        let fallback = split.map { String(reference[$0.upperBound...]) }
        // As in a shell, an empty value counts as none where there is a default.
        if let set = environment[name], !set.isEmpty || fallback == nil { return set }
        if let fallback { return fallback }
        if !missing.contains(name) { missing.append(name) }
        return ""
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
            default: false
            }
        }
    }
}

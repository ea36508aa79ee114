package import JSON

/// Records as rows of CSV (RFC 4180), for spreadsheets.
package enum AuditTable {
    private static let columns = [
        "seq", "time", "kind", "notice", "tool", "decision", "outcome", "rule", "file", "line", "policy", "layers",
        "detail", "exit_code", "duration_us", "bytes_in", "bytes_out", "session", "workspace", "network",
        "input_digest", "input",
    ]

    package static var heading: String { columns.joined(separator: ",") + "\r\n" }

    package static func row(_ record: JSONObject) -> String {
        columns.map { cell(record[$0]) }.joined(separator: ",") + "\r\n"
    }

    private static func cell(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null?: ""
        case .string(let text)?: quoted(safe(text))
        case .array(let elements)? where elements.allSatisfy({ $0.string != nil }):
            quoted(safe(elements.compactMap(\.string).joined(separator: " ")))
        case .bool(let value)?: value ? "true" : "false"
        case .number(let number)?: JSONValue.number(number).text()
        case let value?: quoted(value.text())
        }
    }

    /// A spreadsheet runs what begins like a formula, and a tool's input may come from anywhere.
    private static func safe(_ text: String) -> String {
        guard let first = text.utf8.first, "=+-@\t\r".utf8.contains(first) else { return text }
        return "'" + text
    }

    private static func quoted(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 < 0x20 }
        guard needsQuotes else { return text }
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { result += "\"" }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }
}

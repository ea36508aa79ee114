package import JSON

/// Calls of tools that were made: lines of the audit log, as far as they are about runs.
package struct AuditUsage: Sendable {
    package struct Call: Sendable {
        package let tool: String
        package let input: JSONValue
        package let workspace: String?
    }

    package private(set) var calls: [Call] = []

    /// Fewer say nothing about what is never used.
    static let callsMin = 20

    package init() {}

    /// JSON lines with `tool` and `input`; what is something else is passed over.
    package init(parsing text: String) {
        for line in text.split(separator: "\n") {
            guard let value = try? JSONValue(parsing: String(line)), let tool = value["tool"]?.string,
                let input = value["input"], input.object != nil, value["decision"]?.string != "deny"
            else { continue }
            calls.append(Call(tool: tool, input: input, workspace: value["workspace"]?.string))
        }
    }
}

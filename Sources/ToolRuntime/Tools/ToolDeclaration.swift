package import JSON

/// Everything that is said of a tool to those who call it: name, description, schema, hints; and the check of a call.
package struct ToolDeclaration: Sendable {
    package let name: String
    package let title: String
    /// For the model.
    package let description: String
    package let input: InputShape
    package let hints: ToolHints
    /// What no schema says: fields that exclude each other.
    private let check: @Sendable (JSONObject) -> [InputProblem]

    init(
        _ name: String, _ title: String, _ description: String, _ hints: ToolHints, _ fields: [InputField],
        check: @escaping @Sendable (JSONObject) -> [InputProblem] = { _ in [] }
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.hints = hints
        input = InputShape(fields)
        self.check = check
    }

    /// The input as the tool takes it.
    package func read(_ input: JSONValue) throws(InputProblems) -> JSONValue {
        let object = try InputReader.read(input, self.input, tool: name)
        let problems = check(object)
        if !problems.isEmpty { throw InputProblems(tool: name, problems: problems) }
        return .object(object)
    }

    /// As clients of the gateway and of MCP list tools.
    package var json: JSONValue {
        [
            "name": .string(name), "title": .string(title), "description": .string(description),
            "input_schema": input.schema, "annotations": hints.json,
        ]
    }
}

/// What MCP calls annotations: hints for those who ask a person before a call. The policy does not believe them.
package struct ToolHints: Sendable, Equatable {
    package let readOnly: Bool
    package let destructive: Bool
    package let idempotent: Bool
    package let openWorld: Bool

    static let looks = ToolHints(readOnly: true, destructive: false, idempotent: true, openWorld: false)
    static let looksOutside = ToolHints(readOnly: true, destructive: false, idempotent: false, openWorld: true)
    static let changes = ToolHints(readOnly: false, destructive: true, idempotent: false, openWorld: false)
    static let replaces = ToolHints(readOnly: false, destructive: true, idempotent: true, openWorld: false)
    static let notes = ToolHints(readOnly: false, destructive: false, idempotent: true, openWorld: false)
    static let acts = ToolHints(readOnly: false, destructive: true, idempotent: false, openWorld: true)

    package var json: JSONValue {
        [
            "readOnlyHint": .bool(readOnly), "destructiveHint": .bool(destructive),
            "idempotentHint": .bool(idempotent), "openWorldHint": .bool(openWorld),
        ]
    }
}

package import JSON

extension ShellProgram {
    package var json: JSONValue {
        [
            "runs": .array(runs.map(\.json)),
            "influences": .array(
                influences.map { influence in
                    [
                        "name": .string(influence.name), "value": influence.value.json,
                        "effect": .string(influence.effect), "position": influence.position.json,
                    ]
                }),
        ]
    }
}

extension ShellRun {
    package var json: JSONValue {
        var result: JSONValue = ["kind": .string(kindName), "start": start.json, "end": end.json]
        switch kind {
        case .function(let places, let isCertain):
            result["definedAt"] = .array(places.map(\.json))
            result["certain"] = .bool(isCertain)
        case .definition(let name), .compound(let name): result["name"] = .string(name)
        case .unknown(let unknown): result["unknown"] = unknown.json
        case .program, .builtin, .assignment: break
        }
        result["words"] = .array(words.map(\.json))
        result["reach"] = .array(reach.map { .string($0.rawValue) })
        result["redirections"] = .array(
            redirections.map { ["mode": .string($0.mode.rawValue), "target": $0.target.json] })
        result["environment"] = .array(
            environment.map { ["name": .string($0.name), "value": $0.value.json] })
        result["marks"] = .array(marks.map { .string($0.rawValue) })
        result["children"] = .array(children.map(\.json))
        return result
    }

    private var kindName: String {
        switch kind {
        case .program: "program"
        case .builtin: "builtin"
        case .function: "function"
        case .definition: "definition"
        case .assignment: "assignment"
        case .compound: "compound"
        case .unknown: "unknown"
        }
    }
}

extension ShellValue {
    /// A string where it is known, an object where it is not.
    package var json: JSONValue {
        switch self {
        case .known(let text): .string(text)
        case .unknown(let unknown): ["unknown": unknown.json]
        }
    }
}

extension ShellUnknown {
    package var json: JSONValue {
        ["reason": .string(reason.rawValue), "detail": .string(detail), "mayBeSeveral": .bool(mayBeSeveral)]
    }
}

extension ShellPosition {
    package var json: JSONValue { ["offset": .int(offset), "line": .int(line), "column": .int(column)] }
}

extension ShellSyntaxError {
    package var json: JSONValue {
        [
            "kind": .string(kind.rawValue), "position": position.json, "message": .string(message),
            "expected": expected.map { .string($0) } ?? .null,
        ]
    }
}

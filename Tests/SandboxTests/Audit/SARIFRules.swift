import JSON

/// What the schema of SARIF 2.1.0 demands of the parts that are written here: names of members, kinds of values, words of
/// enumerations, least numbers, and that indexes lead to what they say.
struct SARIFRules {
    private(set) var problems: [String] = []

    static func check(_ log: JSONValue) -> [String] {
        var rules = SARIFRules()
        rules.log(log)
        return rules.problems
    }

    private indirect enum Kind: Sendable {
        case text
        case number(least: Int)
        case truth, any
        case word([String])
        case list(Kind)
        case object(required: [String], [String: Kind])
        case texts
        /// RFC 3986: a path without a scheme, or a file's own.
        case reference
    }

    private static let message = Kind.object(required: ["text"], ["text": .text, "markdown": .text])
    private static let levels = Kind.word(["none", "note", "warning", "error"])

    private static let rule = Kind.object(
        required: ["id"],
        [
            "id": .text, "name": .text, "shortDescription": message, "fullDescription": message, "help": message,
            "helpUri": .text, "defaultConfiguration": .object(required: [], ["level": levels]), "properties": .any,
        ])

    private static let location = Kind.object(
        required: [],
        [
            "physicalLocation": .object(
                required: ["artifactLocation"],
                [
                    "artifactLocation": .object(required: ["uri"], ["uri": .reference, "uriBaseId": .text]),
                    "region": .object(
                        required: ["startLine"],
                        [
                            "startLine": .number(least: 1), "startColumn": .number(least: 1),
                            "snippet": .object(required: ["text"], ["text": .text]),
                        ]),
                ])
        ])

    private static let result = Kind.object(
        required: ["message"],
        [
            "ruleId": .text, "ruleIndex": .number(least: 0), "level": levels, "message": message,
            "locations": .list(location),
            "partialFingerprints": .texts, "properties": .any,
            "suppressions": .list(
                .object(
                    required: ["kind"],
                    [
                        "kind": .word(["inSource", "external"]),
                        "status": .word(["accepted", "underReview", "rejected"]),
                        "justification": .text,
                    ])),
        ])

    private static let run = Kind.object(
        required: ["tool"],
        [
            "tool": .object(
                required: ["driver"],
                [
                    "driver": .object(
                        required: ["name"],
                        ["name": .text, "version": .text, "informationUri": .text, "rules": .list(rule)])
                ]),
            "invocations": .list(
                .object(
                    required: ["executionSuccessful"],
                    [
                        "executionSuccessful": .truth,
                        "toolExecutionNotifications": .list(
                            .object(
                                required: ["message"],
                                [
                                    "level": levels, "message": message,
                                    "descriptor": .object(required: ["id"], ["id": .text]),
                                ])),
                    ])),
            "originalUriBaseIds": .object(
                required: [], ["SIDECAR": .object(required: [], ["description": message])]),
            "columnKind": .word(["utf16CodeUnits", "unicodeCodePoints"]), "results": .list(result),
        ])

    private mutating func log(_ log: JSONValue) {
        check(
            log,
            .object(
                required: ["version", "runs"], ["$schema": .text, "version": .word(["2.1.0"]), "runs": .list(Self.run)]),
            "")
        for run in log["runs"]?.array ?? [] {
            let ids = run["tool"]?["driver"]?["rules"]?.array?.compactMap { $0["id"]?.string } ?? []
            if Set(ids).count != ids.count { problems.append("ids of rules are not unique") }
            let bases = run["originalUriBaseIds"]?.object
            for result in run["results"]?.array ?? [] {
                let base = result["locations"]?[0]?["physicalLocation"]?["artifactLocation"]?["uriBaseId"]?.string
                if let base, bases?[base] == nil { problems.append("nobody says what \(base) is") }
                guard let index = result["ruleIndex"]?.int else { continue }
                if !ids.indices.contains(index) || ids[index] != result["ruleId"]?.string {
                    problems.append("ruleIndex \(index) is not \(result["ruleId"]?.string ?? "")")
                }
            }
        }
    }

    private mutating func check(_ value: JSONValue, _ kind: Kind, _ path: String) {
        switch kind {
        case .any: if value.object == nil { problems.append("\(path): no object") }
        case .text: if value.string?.isEmpty ?? true { problems.append("\(path): no text") }
        case .reference:
            if value.string?.wholeMatch(of: /(file:\/\/\/)?([A-Za-z0-9._~\/-]|%[0-9A-F]{2})+/) == nil {
                problems.append("\(path): \(value.string ?? "") is no reference to a file")
            }
        case .truth: if value.bool == nil { problems.append("\(path): neither true nor false") }
        case .number(let least):
            if value.int.map({ $0 < least }) ?? true { problems.append("\(path): below \(least), or no number") }
        case .word(let words):
            if !words.contains(value.string ?? "") { problems.append("\(path): is none of \(words)") }
        case .list(let inner):
            guard let items = value.array else { return problems.append("\(path): no list") }
            for (index, item) in items.enumerated() { check(item, inner, "\(path)[\(index)]") }
        case .texts:
            guard let object = value.object else { return problems.append("\(path): no object") }
            for member in object.members where member.value.string == nil {
                problems.append("\(path).\(member.key): no text")
            }
        case .object(let required, let members):
            guard let object = value.object else { return problems.append("\(path): no object") }
            for key in required where object[key] == nil { problems.append("\(path): has no \(key)") }
            for member in object.members {
                guard let kind = members[member.key] else {
                    problems.append("\(path): has a member \(member.key)")
                    continue
                }
                check(member.value, kind, "\(path).\(member.key)")
            }
        }
    }
}

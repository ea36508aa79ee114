package import JSON

/// Holds a value against a JSON Schema: what tools say of their arguments and results. Of the words of the specification those
/// that such schemas are made of; a word that is not known forbids nothing, because the server checks too. References
/// lead to places in the same schema only: nothing is fetched.
package struct MCPSchema: Sendable {
    private let root: JSONValue

    package init(_ schema: JSONValue) { root = schema }

    /// What is wrong, at most so many; empty when nothing is.
    package func problems(with value: JSONValue) -> [String] {
        var check = Check(root: root)
        check.hold(value, root, at: "", depth: 0)
        return check.problems
    }

    private struct Check {
        let root: JSONValue
        var problems: [String] = []
        var steps = 0

        /// A schema that calls itself without end, or a list of a million values with a schema each.
        static let stepsMax = 200_000
        static let depthMax = 64
        static let problemsMax = 5

        mutating func report(_ place: String, _ message: String) {
            guard problems.count < Self.problemsMax else { return }
            problems.append(place.isEmpty ? message : "`\(place)` \(message)")
        }

        mutating func hold(_ value: JSONValue, _ schema: JSONValue, at place: String, depth: Int) {
            steps += 1
            if steps > Self.stepsMax || depth > Self.depthMax || problems.count >= Self.problemsMax { return }
            if case .bool(let allowed) = schema {
                if !allowed { report(place, "is not allowed") }
                return
            }
            guard let words = schema.object else { return }
            if let reference = words["$ref"]?.string, let target = resolve(reference) {
                hold(value, target, at: place, depth: depth + 1)
            }
            if let type = words["type"], !isOf(type, value) {
                return report(place, "is \(Self.name(value)); wanted: \(Self.names(type))")
            }
            if let choices = words["enum"]?.array, !choices.contains(value) {
                report(place, "is \(Self.shown(value)); wanted: one of \(Self.list(choices))")
            }
            if let constant = words["const"], constant != value { report(place, "has to be \(Self.shown(constant))") }
            switch value {
            case .object(let object): hold(object, words, at: place, depth: depth)
            case .array(let elements): hold(elements, words, at: place, depth: depth)
            case .string(let text): hold(text, words, at: place)
            case .number(let number): hold(number.double ?? 0, words, at: place)
            default: break
            }
            combine(value, words, at: place, depth: depth)
        }

        private mutating func hold(_ object: JSONObject, _ words: JSONObject, at place: String, depth: Int) {
            let prefix = place.isEmpty ? "" : place + "."
            for name in words["required"]?.array ?? [] {
                if let name = name.string, object[name] == nil { report(prefix + name, "is missing") }
            }
            let known = words["properties"]?.object
            for member in object.members {
                if let schema = known?[member.key] {
                    hold(member.value, schema, at: prefix + member.key, depth: depth + 1)
                } else if let others = words["additionalProperties"], words["patternProperties"] == nil {
                    if others == .bool(false) {
                        let there = known?.keys.joined(separator: ", ") ?? ""
                        report(prefix + member.key, "is not known\(there.isEmpty ? "" : "; there are: \(there)")")
                    } else {
                        hold(member.value, others, at: prefix + member.key, depth: depth + 1)
                    }
                }
            }
            if let least = words["minProperties"]?.int, object.count < least {
                report(place, "has fewer than \(least) members")
            }
            if let most = words["maxProperties"]?.int, object.count > most {
                report(place, "has more than \(most) members")
            }
        }

        private mutating func hold(_ elements: [JSONValue], _ words: JSONObject, at place: String, depth: Int) {
            let first = words["prefixItems"]?.array ?? []
            for (index, element) in elements.enumerated() {
                let schema = index < first.count ? first[index] : words["items"]
                if let schema { hold(element, schema, at: "\(place)[\(index)]", depth: depth + 1) }
            }
            if let least = words["minItems"]?.int, elements.count < least {
                report(place, "has fewer than \(least) elements")
            }
            if let most = words["maxItems"]?.int, elements.count > most {
                report(place, "has more than \(most) elements")
            }
        }

        private mutating func hold(_ text: String, _ words: JSONObject, at place: String) {
            if let least = words["minLength"]?.int, text.unicodeScalars.count < least {
                report(place, "is shorter than \(least) characters")
            }
            if let most = words["maxLength"]?.int, text.unicodeScalars.count > most {
                report(place, "is longer than \(most) characters")
            }
        }

        private mutating func hold(_ number: Double, _ words: JSONObject, at place: String) {
            if let least = words["minimum"]?.double, number < least { report(place, "is less than \(least)") }
            if let most = words["maximum"]?.double, number > most { report(place, "is more than \(most)") }
            if let least = words["exclusiveMinimum"]?.double, number <= least {
                report(place, "is not more than \(least)")
            }
            if let most = words["exclusiveMaximum"]?.double, number >= most {
                report(place, "is not less than \(most)")
            }
        }

        private mutating func combine(_ value: JSONValue, _ words: JSONObject, at place: String, depth: Int) {
            for schema in words["allOf"]?.array ?? [] { hold(value, schema, at: place, depth: depth + 1) }
            if let schemas = words["anyOf"]?.array, !schemas.isEmpty {
                let trials = schemas.map { trial(value, $0, at: place, depth) }
                if !trials.contains(where: \.isEmpty) { report(place, misfit(trials, place)) }
            }
            if let schemas = words["oneOf"]?.array, !schemas.isEmpty {
                let trials = schemas.map { trial(value, $0, at: place, depth) }
                let count = trials.count(where: \.isEmpty)
                if count == 0 { report(place, misfit(trials, place)) }
                if count > 1 { report(place, "fits several of the forms of which it has to be one") }
            }
            if let schema = words["not"], trial(value, schema, at: place, depth).isEmpty {
                report(place, "is what it must not be")
            }
        }

        private func misfit(_ trials: [[String]], _ place: String) -> String {
            let reason = trials.compactMap(\.first).first ?? ""
            return "fits none of the forms it may have; of the first: \(reason)"
        }

        private mutating func trial(_ value: JSONValue, _ schema: JSONValue, at place: String, _ depth: Int) -> [String]
        {
            var inner = Check(root: root)
            inner.steps = steps
            inner.hold(value, schema, at: place, depth: depth + 1)
            steps = inner.steps
            return inner.problems
        }

        private func resolve(_ reference: String) -> JSONValue? {
            guard reference.hasPrefix("#") else { return nil }
            return reference.dropFirst().split(separator: "/").reduce(Optional(root)) { found, part in
                let key = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
                return found?[key] ?? Int(key).flatMap { found?[$0] }
            }
        }

        private func isOf(_ type: JSONValue, _ value: JSONValue) -> Bool {
            (type.array ?? [type]).contains { name in
                switch (name.string, value) {
                case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("null", .null),
                    ("number", .number):
                    true
                case ("integer", .number(let number)): number.double.map { $0.rounded() == $0 } ?? false
                case ("object", _), ("array", _), ("string", _), ("boolean", _), ("null", _), ("number", _),
                    ("integer", _):
                    false
                default: true
                }
            }
        }

        private static func names(_ type: JSONValue) -> String {
            (type.array ?? [type]).compactMap(\.string).joined(separator: " or ")
        }

        private static func name(_ value: JSONValue) -> String {
            switch value {
            case .null: "null"
            case .bool: "a boolean"
            case .number: "the number \(shown(value))"
            case .string: "the string \(shown(value))"
            case .array: "an array"
            case .object: "an object"
            }
        }

        private static func shown(_ value: JSONValue) -> String {
            let text = value.text()
            return text.count > 60 ? "\(text.prefix(60))…" : text
        }

        private static func list(_ values: [JSONValue]) -> String {
            values.prefix(20).map { shown($0) }.joined(separator: ", ")
        }
    }
}

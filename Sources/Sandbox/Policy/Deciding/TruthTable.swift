package import JSON

/// `expect:` of a policy, run through the same decisions as a tool's call. On a machine without links, with folders of its
/// own, so that the answer is the same everywhere.
package enum TruthTable {
    package static let variables = PolicyVariables(
        workspace: NormalPath(parts: ["workspace"]), home: NormalPath(parts: ["home", "agent"]),
        tmp: NormalPath(parts: ["tmp"]))

    package struct Line: Sendable {
        package let expectation: PolicyRule<Expectation>
        /// nil where the call itself is wrong.
        package let decision: Decision?
        /// What differs; nil where nothing does.
        package let difference: String?
    }

    package static func run(_ policy: Policy) -> [Line] {
        let judge = PolicyJudge(policy, variables: variables, host: BareHost())
        let names = RuleNames(policy)
        return policy.expect.map { rule in
            do throws(ToolCallProblem) {
                let decision = try judge.decide(tool: rule.value.tool, input: expand(rule.value.input, variables))
                return Line(expectation: rule, decision: decision, difference: difference(rule.value, decision, names))
            } catch {
                return Line(expectation: rule, decision: nil, difference: error.message)
            }
        }
    }

    private static func difference(_ expected: Expectation, _ decision: Decision, _ names: RuleNames) -> String? {
        let wanted = expected.decision ?? .deny
        let place = decision.place.map { " (\($0))" } ?? ""
        let found = "\(decision.outcome.rawValue) by \(decision.rule)\(place): \(decision.reason)"
        if decision.outcome != wanted { return "expected \(wanted.rawValue), found \(found)" }
        guard let rule = expected.rule, !RuleReference(rule).matches(decision, in: names) else { return nil }
        return "expected \(wanted.rawValue) by \(rule), found \(found)"
    }

    /// The input of a line, with what its variables stand for.
    package static func expand(_ value: JSONValue, _ variables: PolicyVariables) -> JSONValue {
        switch value {
        case .string(let text): .string(variables.expand(text))
        case .array(let items): .array(items.map { expand($0, variables) })
        case .object(let object):
            .object(
                JSONObject(
                    object.members.map { JSONObject.Member(key: $0.key, value: expand($0.value, variables)) }))
        case .null, .bool, .number: value
        }
    }
}

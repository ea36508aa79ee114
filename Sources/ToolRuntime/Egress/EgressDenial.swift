package import JSON
package import Sandbox

/// Something in the jail asked for a place that the policy does not let it reach: what it is told, and what the result of
/// the run says.
package struct EgressDenial: Error, Sendable, Equatable {
    /// `host:port`, in its one form; as it came where it has none.
    package var target: String
    /// `network.allow`, or the rule that granted the name when what is behind the name was refused.
    package var rule: String
    package var place: RulePlace?
    package var detail: String
    /// What would have to stand in the policy; nil where nothing would help.
    package var addition: String?

    package init(target: String, rule: String, place: RulePlace? = nil, detail: String, addition: String? = nil) {
        self.target = Self.shown(target)
        self.rule = rule
        self.place = place
        self.detail = Self.shown(detail)
        self.addition = addition
    }

    /// Both can hold what somebody in the jail has written, up to the size of a head.
    private static func shown(_ text: String) -> String {
        if text.utf8.count <= textBytesMax { return text }
        return String(decoding: Array(text.utf8.prefix(textBytesMax)), as: UTF8.self) + "…"
    }

    /// More than the longest name with the longest sentence around it.
    private static let textBytesMax = 640

    /// The shape that a denial has in the result of a tool.
    package var json: JSONValue {
        var value: JSONValue = [
            "layer": "network", "rule": .string(rule), "file": place.map { .string($0.file) } ?? .null,
            "line": place.map { .int($0.line) } ?? .null, "target": .string(target), "detail": .string(detail),
        ]
        if let addition { value["add"] = .string(addition) }
        return value
    }

    static func addition(_ target: String) -> String { "network:\n  allow: [\"\(target)\"]" }
}

/// Something that a run wanted and did not get: what the contract calls `denied`.
package struct RunDenial: Sendable, Equatable {
    package enum Layer: String, Sendable, CaseIterable { case policy, filesystem, exec, network, syscall, limit }

    package let layer: Layer
    package let rule: String
    package let place: RulePlace?
    package let detail: String
    /// What to add to the policy to allow it; nil where nothing can.
    package let suggestion: String?

    package init(_ layer: Layer, rule: String, place: RulePlace? = nil, detail: String, suggestion: String? = nil) {
        self.layer = layer
        self.rule = rule
        self.place = place
        self.detail = detail
        self.suggestion = suggestion
    }

    init(_ layer: Layer, _ decision: Decision) {
        self.init(
            layer, rule: decision.rule, place: decision.place, detail: decision.reason, suggestion: decision.suggestion)
    }
}

/// Where a rule is written: what `explain`, audits and denials point to.
package struct RulePlace: Sendable, Hashable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    package var description: String { "\(file):\(line):\(column)" }
}

/// A value of a policy, with its name (`commands.deny[2]`, counted in its own file) and its place.
package struct PolicyRule<Value> {
    package let value: Value
    package let name: String
    package let place: RulePlace

    package init(_ value: Value, name: String, place: RulePlace) {
        self.value = value
        self.name = name
        self.place = place
    }
}

extension PolicyRule: Sendable where Value: Sendable {}
extension PolicyRule: Equatable where Value: Equatable {}

package import LinuxSystem

package struct EnvironmentRules: Sendable, Equatable {
    /// Names of variables that a run may see; a `*` at the end stands for any rest.
    package var pass: [PolicyRule<String>] = []
    package var set: [PolicyRule<EnvironmentValue>] = []
    package init() {}
}

package struct EnvironmentValue: Sendable, Equatable {
    package let name: String
    package let text: String

    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}

/// What one run may cost, and how often one may be started. nil: the program's own bound.
package struct LimitRules: Sendable, Equatable {
    package var wall: PolicyRule<TimeSpan>?
    package var cpu: PolicyRule<TimeSpan>?
    package var memory: PolicyRule<Int>?
    package var processes: PolicyRule<Int>?
    package var openFiles: PolicyRule<Int>?
    package var fileSize: PolicyRule<Int>?
    package var output: PolicyRule<Int>?
    package var runsPerMinute: PolicyRule<Int>?
    package var concurrent: PolicyRule<Int>?
    package init() {}
}

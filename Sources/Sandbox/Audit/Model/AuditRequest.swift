/// What an audit is told beside the policy and the host.
package struct AuditRequest: Sendable {
    package var variables: PolicyVariables
    /// The folder that relative names of policy files start from.
    package var folder = NormalPath.root
    package var facts = HostFacts()
    /// `2026-11-21`.
    package var today: String
    /// Programs and files of sidecar itself, which no run may change.
    package var ownFiles: [NormalPath] = []
    /// HOME names a folder.
    package var homeIsKnown = true
    /// Names of the variables that the sidecar itself has.
    package var environmentNames: [String] = []
    /// MCP servers by name; nil where nobody has said.
    package var servers: Set<String>?
    package var usage: AuditUsage?
    package var baseline: AuditBaseline?

    package init(variables: PolicyVariables, today: String) {
        self.variables = variables
        self.today = today
    }
}

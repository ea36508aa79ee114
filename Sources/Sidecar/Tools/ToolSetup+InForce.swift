internal import LinuxSystem
internal import Sandbox
internal import ToolRuntime

extension ToolSetup {
    /// What the banner says.
    struct InForce: Sendable {
        var policy = ""
        var sandbox = ""
    }

    /// What this host gives, and not what a jail came to have: starting one here would keep every client waiting for what
    /// most never use. Each result names the layers that its own jail had.
    static func inForce(_ setup: ToolSetup?) -> InForce {
        guard let setup else {
            return InForce(policy: "none", sandbox: "no tools: set XDG_STATE_HOME or HOME to an absolute path")
        }
        let folder = setup.settings.variables.workspace
        return InForce(
            policy: "\(setup.source.shownName), for \(folder)",
            sandbox: "of this host: \(HostReport.summary(HostFacts.detect()))")
    }
}

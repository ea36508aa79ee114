internal import LinuxSystem
package import Sandbox

/// Whose tools these are: a policy, the folder they work in, and where everything is that they need.
package struct ToolHostSettings: Sendable {
    package var policy: Policy
    package var variables: PolicyVariables
    /// Our own, of which the policy lets some through.
    package var environment: [String: String]
    /// Sessions, long outputs and the audit log are kept beneath it.
    package var stateFolder: String
    /// The programs beside this one.
    package var jail: String
    package var worker: String
    package var imager: String
    /// nil where nobody has said what WebSearch asks.
    package var search: SearchSettings?
    /// This program itself, for what is better done apart.
    package var sidecar: String
    /// Files that decide what holds the next time, and folders of ours: neither changed nor seen from inside, wherever the workspace is.
    package var ownFiles: [String] = []
    package var ownFolders: [String] = []
    /// Changed files are on the disk before the answer is out.
    package var isDurable = true
    /// What cannot be recorded is not run.
    package var requiresAudit = true
    /// What tools are about to change is kept first.
    package var keepsChanges = true
    /// nil where ripgrep is not installed.
    package var ripgrep: String?

    package static let workerName = "sidecar-worker"

    package init(
        policy: Policy, variables: PolicyVariables, environment: [String: String], stateFolder: String,
        programsFolder: String
    ) {
        self.policy = policy
        self.variables = variables
        self.environment = environment
        self.stateFolder = stateFolder
        ownFolders = [stateFolder]
        jail = "\(programsFolder)/sidecar-jail"
        worker = "\(programsFolder)/\(Self.workerName)"
        imager = "\(programsFolder)/sidecar-image"
        sidecar = "\(programsFolder)/sidecar"
        ripgrep = ["/usr/bin/rg", "/usr/local/bin/rg"].first { File.isExecutable($0) }
        let outputs = OutputFiles(stateFolder: stateFolder, workspace: variables.workspace.text)
        self.policy = policy.letting(toolsRead: outputs.folder)
    }
}

extension ToolHostSettings {
    /// The same tools under the same policy, in another folder.
    package func inFolder(_ folder: NormalPath) -> ToolHostSettings {
        var settings = self
        settings.variables.workspace = folder
        settings.policy = policy.letting(
            toolsRead: OutputFiles(stateFolder: stateFolder, workspace: folder.text).folder)
        return settings
    }
}

extension Policy {
    /// What our tools keep for the agent, its tools may read.
    fileprivate func letting(toolsRead folder: String) -> Policy {
        guard let pattern = try? PathPattern.parse(folder) else { return self }
        var policy = self
        let place = RulePlace(file: "(kept outputs)", line: 1, column: 1)
        policy.rules.filesystem.read.append(PolicyRule(pattern, name: "filesystem.read", place: place))
        return policy
    }
}

internal import YAML

extension Configuration {
    /// The MCP servers that the sidecar runs.
    package struct MCP: Sendable, Equatable {
        /// Which servers of a project wait until a person approves them.
        package enum Approval: String, Sendable, CaseIterable { case foreign, every, none }

        package var approval = Approval.foreign
        /// The audit log gets the arguments of calls, and not their hash alone.
        package var logArguments = false
        /// How clients of the endpoint see the tools of servers.
        package enum Shown: String, Sendable, CaseIterable { case all, search }
        package var tools = Shown.all
        package init() {}

        /// In force, by the file that says so: one that was only found where the sidecar was started came with the folder, and
        /// cannot say that the folder is to be trusted.
        func approval(file: String?) -> Approval {
            approval == .none && file == ConfigurationFile.inFolder ? .foreign : approval
        }
    }
}

extension LoadedConfiguration {
    var approval: Configuration.MCP.Approval { configuration.mcp.approval(file: file) }
}

extension ConfigurationKeys {
    static var mcp: Section<Configuration.MCP> {
        Section(
            defaults: Configuration.MCP(),
            [
                Key(
                    "approval", \.approval, .choice, example: "every",
                    "Which servers of a .mcp.json wait until `sidecar mcp enable NAME`: `foreign`, those of a file that came "
                        + "from elsewhere (a git repository, an archive, another user); `every`; `none`, which a sidecar.yaml "
                        + "that was only found in the folder cannot say."),
                Key(
                    "tools", \.tools, .choice, example: "search",
                    "How clients of /mcp and `mcp serve` see the servers' tools: `all` of them, or three that `search`, describe and "
                        + "call them, which saves their context when there are hundreds."),
                Key(
                    "log_arguments", \.logArguments, .boolean, example: "false",
                    "Whether the audit log gets the arguments of calls, without what looks like a secret; else their hash and size."
                ),
            ])
    }
}

/// Every verb that this program has, in the order of help and documentation. A new one is a file in this folder and a
/// line here.
package enum CommandRegistry {
    package static var commands: [any Command.Type] {
        [
            ServeCommand.self,
            StopCommand.self,
            StatusCommand.self,
            EnvCommand.self,
            CodeCommand.self,
            AgentRunCommand.self,
            ConfigCheckCommand.self,
            ConfigShowCommand.self,
            ConfigInitCommand.self,
            ConfigSchemaCommand.self,
            PolicyListCommand.self,
            PolicyShowCommand.self,
            PolicyCheckCommand.self,
            PolicyAuditCommand.self,
            PolicyExplainCommand.self,
            PolicyTestCommand.self,
            PolicyDiffCommand.self,
            PolicyProveCommand.self,
            PolicyTraceCommand.self,
            PolicyInitCommand.self,
            PolicySchemaCommand.self,
            ToolListCommand.self,
            ToolSchemaCommand.self,
            ToolRunCommand.self,
            MCPServeCommand.self,
            CheckpointListCommand.self,
            CheckpointShowCommand.self,
            CheckpointDiffCommand.self,
            CheckpointRestoreCommand.self,
            CheckpointPruneCommand.self,
            LogTailCommand.self,
            LogVerifyCommand.self,
            LogExportCommand.self,
            TokensCountCommand.self,
            TokensInstallCommand.self,
            DoctorCommand.self,
            VersionCommand.self,
            CompletionsCommand.self,
        ]
    }

    package static var catalog: CommandCatalog {
        CommandCatalog(
            commands: commands.map { $0.declaration },
            groups: [
                CommandGroup("agent", "Let a model work with the tools"),
                CommandGroup("config", "Check, show and write the configuration"),
                CommandGroup("policy", "Check, audit, show, explain, test, compare, prove and trace policies"),
                CommandGroup("tool", "List, describe and run the tools"),
                CommandGroup("mcp", "Serve the tools to MCP clients"),
                CommandGroup("checkpoint", "Look at what tools have changed, and undo it"),
                CommandGroup("tokens", "Count tokens, and install what they are counted by"),
                CommandGroup("log", "Read and check the audit log of tool runs"),
            ],
            notYet: [
                "mcp add", "mcp add-json", "mcp import", "mcp list", "mcp get", "mcp remove", "mcp enable",
                "mcp disable", "mcp start", "mcp stop", "mcp restart", "mcp status", "mcp logs", "mcp tools",
                "mcp call",
                "mcp ping", "route", "models", "batch", "cache",
            ])
    }

    package static func command(for declaration: CommandDeclaration) -> (any Command.Type)? {
        commands.first { $0.declaration.path == declaration.path }
    }
}

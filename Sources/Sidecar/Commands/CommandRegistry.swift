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
            MCPAddCommand.self,
            MCPAddJSONCommand.self,
            MCPImportCommand.self,
            MCPListCommand.self,
            MCPGetCommand.self,
            MCPRemoveCommand.self,
            MCPEnableCommand.self,
            MCPDisableCommand.self,
            MCPStartCommand.self,
            MCPStopCommand.self,
            MCPRestartCommand.self,
            MCPStatusCommand.self,
            MCPLogsCommand.self,
            MCPToolsCommand.self,
            MCPCallCommand.self,
            MCPPingCommand.self,
            MCPLoginCommand.self,
            MCPLogoutCommand.self,
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
            ModelsCommand.self,
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
                CommandGroup("mcp", "Run MCP servers, and serve the tools to MCP clients"),
                CommandGroup("checkpoint", "Look at what tools have changed, and undo it"),
                CommandGroup("tokens", "Count tokens, and install what they are counted by"),
                CommandGroup("log", "Read and check the audit log of tool runs"),
            ],
            notYet: ["route", "batch", "cache"])
    }

    package static func command(for declaration: CommandDeclaration) -> (any Command.Type)? {
        commands.first { $0.declaration.path == declaration.path }
    }
}

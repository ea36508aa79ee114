/// Files of a workspace that others run or obey: the next time somebody calls git, opens an editor or starts an agent.
enum ProtectedFiles {
    struct Entry {
        /// Below the workspace.
        let path: String
        let severity: AuditSeverity
        let does: String
    }

    static let git = [
        Entry(path: ".git/hooks/pre-commit", severity: .high, does: "git runs what is in .git/hooks"),
        Entry(path: ".git/config", severity: .high, does: "git runs programs that .git/config names"),
        Entry(
            path: ".git/commondir", severity: .high, does: "git takes its configuration from where .git/commondir leads"
        ),
        Entry(path: ".git/info/attributes", severity: .medium, does: "git chooses filters by .git/info"),
        Entry(path: ".git/modules/x/config", severity: .medium, does: "git obeys the configuration of submodules"),
        Entry(
            path: ".git/config.worktree", severity: .low,
            does: "git reads it where worktrees have their own configuration"),
        Entry(path: ".git/worktrees/x/commondir", severity: .low, does: "git follows it from a worktree"),
    ]

    static let agents = [
        Entry(path: ".claude/settings.json", severity: .high, does: "an agent runs hooks that it names"),
        Entry(path: ".mcp.json", severity: .high, does: "an agent starts servers that it names"),
        Entry(path: ".codex/config.toml", severity: .high, does: "an agent starts servers that it names"),
        Entry(path: ".gemini/settings.json", severity: .high, does: "an agent starts servers that it names"),
        Entry(path: ".cursor/mcp.json", severity: .high, does: "an editor starts servers that it names"),
        Entry(path: ".vscode/tasks.json", severity: .high, does: "an editor runs tasks that it names"),
        Entry(path: ".zed/tasks.json", severity: .high, does: "an editor runs tasks that it names"),
        Entry(path: ".windsurf/mcp.json", severity: .high, does: "an editor starts servers that it names"),
        Entry(path: ".idea/workspace.xml", severity: .high, does: "an editor runs what it names"),
        Entry(path: ".husky/pre-commit", severity: .high, does: "git runs it as a hook"),
        Entry(path: ".envrc", severity: .high, does: "direnv runs it in whoever enters the folder"),
        Entry(
            path: ".devcontainer/devcontainer.json", severity: .low, does: "an editor builds and starts what it says"),
        Entry(path: ".opencode/opencode.json", severity: .low, does: "an agent starts servers that it names"),
        Entry(path: "opencode.json", severity: .low, does: "an agent starts servers that it names"),
        Entry(path: ".kiro/settings.json", severity: .low, does: "an agent starts servers that it names"),
        Entry(path: ".continue/config.yaml", severity: .low, does: "an agent starts servers that it names"),
        Entry(path: ".aider.conf.yml", severity: .low, does: "an agent runs commands that it names"),
        Entry(path: ".pre-commit-config.yaml", severity: .low, does: "pre-commit fetches and runs what it names"),
        Entry(path: "lefthook.yml", severity: .low, does: "git runs what it names as hooks"),
        Entry(path: ".cargo/config.toml", severity: .low, does: "cargo runs programs that it names"),
        Entry(path: ".yarnrc.yml", severity: .low, does: "yarn runs the program that it names"),
        Entry(path: ".npmrc", severity: .low, does: "npm sends tokens to hosts that it names"),
        Entry(path: "mise.toml", severity: .low, does: "mise runs hooks that it names"),
        Entry(path: ".exrc", severity: .low, does: "vi obeys it where that is set up"),
        Entry(path: ".gdbinit", severity: .low, does: "gdb runs it where that is set up"),
    ]
}

extension AuditScene {
    struct WritableRule {
        let path: NormalPath
        let entry: ProtectedFiles.Entry
        let rule: PolicyRule<PathPattern>
    }

    /// Entries of a table that tools of a scope may change or make, by the rule of the scope's own that grants it.
    func writable(_ table: [ProtectedFiles.Entry], _ scope: AuditScope) -> [WritableRule] {
        table.compactMap { entry in
            let path = variables.workspace.appending(entry.path.split(separator: "/").map(String.init))
            return scope.grant(of: path, .write, self).map { WritableRule(path: path, entry: entry, rule: $0) }
        }
    }

    /// The policy's own files, those of this program, and what git and agents obey.
    func writableRules(of scope: AuditScope) -> [NormalPath] {
        let table = (ProtectedFiles.git + ProtectedFiles.agents).filter { $0.severity >= .high }
        return writable(table, scope).map(\.path) + ownFiles.filter { scope.grant(of: $0, .write, self) != nil }
    }

    /// Files whose change would change what holds next time.
    var ownFiles: [NormalPath] {
        let policies = policy.chain.filter { !$0.hasPrefix(PolicySource.builtInPrefix) }.compactMap { name in
            name.hasPrefix("/") ? NormalPath(name) : NormalPath("\(request.folder)/\(name)")
        }
        return policies + request.ownFiles
    }
}

/// What lies in the workspace, and is run or obeyed by others when the jail is long gone.
extension EscapeCatalog {
    private static func harm(_ id: String, _ title: String, at path: String, _ words: String...) -> EscapeAttempt {
        EscapeAttempt(id, title, .probe(words)).by(.state).unless(.write(path))
    }

    private static func git(_ id: String, _ title: String, at path: String, _ words: String...) -> EscapeAttempt {
        EscapeAttempt("git.\(id)", title, .probe(words)).by(.state).unless(.write("{ws}/.git/\(path)"))
    }

    static let git: [EscapeAttempt] = [
        git("config-append", "add to .git/config", at: "config", "append", "{ws}/.git/config"),
        git(
            "config-replace", "move another file over .git/config", at: "config", "replace", "{ws}/.git/config",
            "{dir}/c"),
        git(
            "config-lock", "replace it as git does, by config.lock", at: "config", "replace", "{ws}/.git/config",
            "{ws}/.git/config.lock"),
        git("config-remove", "remove .git/config", at: "config", "remove", "{ws}/.git/config"),
        git(
            "config-exchange", "exchange it with another file", at: "config", "exchange", "{ws}/plain.txt",
            "{ws}/.git/config"),
        git("config-link", "put a link in its place", at: "config", "link-over", "{ws}/plain.txt", "{ws}/.git/config"),
        git(
            "config-hard-link", "write into it by another name", at: "config", "hard-link", "{ws}/.git/config",
            "{dir}/hard"),
        git("config-mode", "change its mode", at: "config", "change-mode", "{ws}/.git/config", "0600"),
        git(
            "config-worktree", "add settings of this worktree (config.worktree)", at: "config.worktree", "put",
            "{ws}/.git/config.worktree"),
        git("hook-create", "add a hook", at: "hooks/post-checkout", "create", "{ws}/.git/hooks/post-checkout"),
        git(
            "hook-append", "change a hook that is there", at: "hooks/pre-commit", "append", "{ws}/.git/hooks/pre-commit"
        ),
        git(
            "hook-replace", "move another file over a hook", at: "hooks/pre-commit", "replace",
            "{ws}/.git/hooks/pre-commit", "{dir}/h"),
        git(
            "hooks-move", "move the hooks away and make others", at: "hooks/pre-commit", "move-away", "{ws}/.git/hooks",
            "{ws}/.git/hooks2", "{ws}/.git/hooks/pre-commit"),
        git(
            "hooks-link", "put a link in the place of the hooks", at: "hooks", "move-away", "{ws}/.git/hooks",
            "{dir}/hooks", "{ws}/.git/hooks/pre-commit"),
        git(
            "folder-move", "move .git away and make another", at: "hooks/pre-commit", "move-away", "{ws}/.git",
            "{ws}/.git2", "{ws}/.git/hooks/pre-commit"),
        git("folder-exchange", "exchange .git with another folder", at: "config", "exchange", "{ws}/app", "{ws}/.git"),
        git(
            "folder-remove", "put a file in the place of .git (gitdir:)", at: "config", "move-away", "{ws}/.git",
            "{ws}/.git2", "{ws}/.git"),
        git(
            "common-folder", "say that the repository is elsewhere (commondir)", at: "commondir", "put",
            "{ws}/.git/commondir"),
        git(
            "common-folder-replace", "the same by moving a file there", at: "commondir", "replace",
            "{ws}/.git/commondir", "{dir}/c"),
        git(
            "attributes", "add attributes that run filters (info/attributes)", at: "info/attributes", "put",
            "{ws}/.git/info/attributes"),
        git("exclude", "hide files from status (info/exclude)", at: "info/exclude", "append", "{ws}/.git/info/exclude"),
        git(
            "info-move", "move info away and make another", at: "info/attributes", "move-away", "{ws}/.git/info",
            "{ws}/.git/info2", "{ws}/.git/info/attributes"),
        git(
            "module-config", "change the settings of a submodule", at: "modules/sub/config", "append",
            "{ws}/.git/modules/sub/config"),
        git(
            "module-hook", "add a hook to a submodule", at: "modules/sub/hooks/post-checkout", "put-beneath",
            "{ws}/.git/modules/sub/hooks/post-checkout"),
        git(
            "worktree-common-folder", "say that a worktree's repository is elsewhere", at: "worktrees/tree/commondir",
            "put", "{ws}/.git/worktrees/tree/commondir"),
        git(
            "worktree-config", "add settings of a worktree", at: "worktrees/tree/config.worktree", "put",
            "{ws}/.git/worktrees/tree/config.worktree"),
        git(
            "worktree-folder", "say that a worktree is elsewhere", at: "worktrees/tree/gitdir", "put",
            "{ws}/.git/worktrees/tree/gitdir"),
        git(
            "worktree-move", "move a worktree's data away and make others", at: "worktrees/tree/commondir", "move-away",
            "{ws}/.git/worktrees/tree", "{ws}/.git/worktrees/tree2", "{ws}/.git/worktrees/tree/commondir"),
    ]

    private static let present: [(id: String, path: String, what: String)] = [
        ("mcp", ".mcp.json", "the servers that agents start"),
        ("claude-settings", ".claude/settings.json", "Claude Code's settings and hooks"),
        ("vscode-tasks", ".vscode/tasks.json", "what VS Code runs when the folder is opened"),
        ("envrc", ".envrc", "what direnv runs when one enters the folder"),
    ]
    private static let absent: [(id: String, path: String, what: String)] = [
        ("claude-local", ".claude/settings.local.json", "Claude Code's settings beside those that are there"),
        ("claude-command", ".claude/commands/new.md", "a command of Claude Code"),
        ("codex", ".codex/config.toml", "Codex's settings"),
        ("cursor", ".cursor/mcp.json", "the servers that Cursor starts"),
        ("gemini", ".gemini/settings.json", "Gemini's settings"),
        ("idea", ".idea/workspace.xml", "what IDEA runs"),
        ("husky", ".husky/pre-commit", "a hook of Husky's"),
        ("devcontainer", ".devcontainer/devcontainer.json", "what a development container runs at its start"),
        ("zed", ".zed/tasks.json", "what Zed runs"),
        ("windsurf", ".windsurf/mcp.json", "the servers that Windsurf starts"),
    ]

    static let agents: [EscapeAttempt] =
        present.flatMap { id, path, what in
            let file = "{ws}/\(path)"
            return [
                harm("agent.\(id)-append", "change \(what) (\(path))", at: file, "append", file),
                harm("agent.\(id)-replace", "move another file over \(path)", at: file, "replace", file, "{dir}/x"),
                harm("agent.\(id)-remove", "remove \(path)", at: file, "remove", file),
                harm(
                    "agent.\(id)-exchange", "exchange \(path) with another file", at: file, "exchange",
                    "{ws}/plain.txt", file),
            ]
        }
        + absent.map { id, path, what in
            harm("agent.\(id)-create", "add \(what) (\(path))", at: "{ws}/\(path)", "put-beneath", "{ws}/\(path)")
        }
        + [
            harm(
                "agent.claude-move", "move .claude away and make another", at: "{ws}/.claude/settings.json",
                "move-away", "{ws}/.claude", "{ws}/.claude2", "{ws}/.claude/settings.json"),
            harm(
                "agent.claude-exchange", "exchange .claude with another folder", at: "{ws}/.claude/settings.json",
                "exchange", "{ws}/app", "{ws}/.claude"),
            harm(
                "agent.vscode-move", "move .vscode away and make another", at: "{ws}/.vscode/tasks.json", "move-away",
                "{ws}/.vscode", "{ws}/.vscode2", "{ws}/.vscode/tasks.json"),
            harm(
                "agent.codex-link", "put a link in the place of .codex", at: "{ws}/.codex", "link-over", "{ws}/app",
                "{ws}/.codex"),
            harm(
                "agent.codex-replace", "put a folder in the place of .codex", at: "{ws}/.codex/config.toml",
                "move-away", "{ws}/.codex", "{ws}/.codex2", "{ws}/.codex/config.toml"
            ).mayWork(),
            harm(
                "agent.home-settings", "change the agent's settings in the home folder",
                at: "{home}/.claude/settings.json", "put-beneath", "{home}/.claude/settings.json"),
        ]
}

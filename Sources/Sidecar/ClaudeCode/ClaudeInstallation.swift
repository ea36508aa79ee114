internal import LinuxSystem

/// Claude Code on this machine, as far as we must know it.
enum ClaudeInstallation {
    static let program = "claude"

    static let missing =
        "Claude Code is not installed, or not on PATH: there is no `\(program)`; `npm install -g "
        + "@anthropic-ai/claude-code` installs it; other agents: `eval \"$(sidecar env)\"` and start them"

    static func find(_ environment: [String: String]) -> String? {
        LinuxSystem.Program.find(program, path: environment["PATH"])
    }

    /// Whether the user has logged in. Looked for, never read: what it is goes from the client to the API.
    static func isLoggedIn(_ environment: [String: String]) -> Bool {
        if environment["CLAUDE_CODE_OAUTH_TOKEN"]?.isEmpty == false { return true }
        let folder = environment["CLAUDE_CONFIG_DIR"] ?? environment["HOME"].map { $0 + "/.claude" }
        return folder.map { File.exists("\($0)/.credentials.json") } ?? false
    }
}

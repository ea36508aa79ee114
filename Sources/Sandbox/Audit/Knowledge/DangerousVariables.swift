/// Variables by which others choose code.
enum DangerousVariables {
    /// What a variable decides that a rule of `environment.pass` names; nil for harmless ones. Those that only say where
    /// things are kept, or how a terminal looks, are left to who writes the policy.
    static func effect(of pattern: String) -> String? {
        let name = pattern.hasSuffix("*") ? String(pattern.dropLast()) : pattern
        if name.isEmpty { return nil }
        if let effect = ShellInfluences.effect(of: name), !harmless.contains(name) { return effect }
        // A wildcard before the end of such a name.
        guard pattern.hasSuffix("*") else { return nil }
        let reached = (loading + ["BASH_ENV", "GIT_SSH_COMMAND", "NODE_OPTIONS"]).first { $0.hasPrefix(name) }
        return reached.map { "among others what \($0)… decides" }
    }

    static let loading = [
        "LD_", "DYLD_", "GCONV_PATH", "BASH_ENV", "PYTHONSTARTUP", "PERL5OPT", "RUBYOPT", "NODE_OPTIONS",
    ]

    private static let harmless: Set<String> = [
        "PATH", "HOME", "TMPDIR", "SHELL", "CC", "CXX", "AR", "LD", "POSIXLY_CORRECT", "LESS", "CARGO_HOME",
        "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "GIT_TERMINAL_PROMPT",
    ]
}

import JSON
import Testing

/// One call, and what must come of it behind every door.
struct ToolCase: Sendable, CustomTestStringConvertible {
    let tool: String
    /// `@` stands for the workspace.
    let input: String
    let exitCode: Int32
    /// Must be in the text.
    let text: [String]
    /// Of `structured`.
    let code: String?
    /// Of `denied`: layer and rule, the beginning of it.
    let denied: (layer: String, rule: String)?
    let policy: String

    init(
        _ tool: String, _ input: String, _ exitCode: Int32, _ text: String..., code: String? = nil,
        denied: (String, String)? = nil, policy: String = "default"
    ) {
        self.tool = tool
        self.input = input
        self.exitCode = exitCode
        self.text = text
        self.code = code
        self.denied = denied.map { (layer: $0.0, rule: $0.1) }
        self.policy = policy
    }

    var testDescription: String { "\(tool) \(input)" }

    func input(_ workspace: String) -> String { input.replacing("@", with: workspace) }

    static let all = [
        // The shell.
        ToolCase("Bash", #"{"command": "echo one; echo two >&2; echo three"}"#, 0, "one\ntwo\nthree"),
        ToolCase("Bash", #"{"command": "echo \"<$0><$1><$#>\""}"#, 0, "<bash><><0>"),
        ToolCase("Bash", #"{"command": "true"}"#, 0, "(no output)"),
        ToolCase("Bash", #"{"command": "pwd"}"#, 0, "@"),
        ToolCase("Bash", #"{"command": "cat a.txt | wc -l"}"#, 0, "2"),
        ToolCase("Bash", #"{"command": "exit 7"}"#, 1, "Exit code 7", code: "exit_code"),
        ToolCase("Bash", #"{"command": "cat missing"}"#, 1, "Exit code 1", "missing", code: "exit_code"),
        ToolCase("Bash", #"{"command": "grep nothing-here a.txt"}"#, 0, "nothing matched"),
        ToolCase("Bash", #"{"command": "cat a.txt b.txt > /dev/null; diff a.txt b.txt"}"#, 0, "first"),
        ToolCase("Bash", #"{"command": "[ 1 = 2 ]"}"#, 0, "the condition is false"),
        ToolCase("Bash", #"{"command": "kill -9 $$"}"#, 1, "Exit code 137", code: "exit_code"),
        ToolCase("Bash", #"{"command": "read x; echo \"<$x>\""}"#, 0, "<>"),
        ToolCase("Bash", #"{"command": "[ -t 0 ] || [ -t 1 ] || echo no terminal"}"#, 0, "no terminal"),
        ToolCase("Bash", #"{"command": "echo $GIT_TERMINAL_PROMPT"}"#, 0, "0"),
        ToolCase("Bash", #"{"command": "printf '\\033[31mred\\033[0m'"}"#, 0, "␛[31mred"),
        ToolCase("Bash", #"{"command": "if"}"#, 3, "Denied", code: "denied", denied: ("policy", "input.command")),
        ToolCase("Bash", #"{"command": "sleep 30", "timeout": 300}"#, 124, "ended after 300ms", code: "timed_out"),
        ToolCase("Bash", #"{"command": "(sleep 30 & ) ; echo done"}"#, 0, "done"),
        ToolCase(
            "Bash", #"{"command": "git push origin main"}"#, 3, "Denied by the policy", code: "denied",
            denied: ("policy", "commands.deny")),
        ToolCase(
            "Bash", #"{"command": "perl -e 1"}"#, 3, "perl", code: "denied", denied: ("policy", "commands.allow")),
        // What the text does not show, the jail does.
        ToolCase(
            "Bash", #"{"command": "p=per; ${p}l -e 1"}"#, 3, "perl", code: "exit_code",
            denied: ("exec", "commands.allow")),
        ToolCase(
            "Bash", #"{"command": "ls"}"#, 3, "Denied", code: "denied", denied: ("policy", "commands.allow"),
            policy: "base"),
        // Calls that are none.
        ToolCase("Bash", #"{"comand": "ls"}"#, 2, "did you mean `command`?", code: "invalid_input"),
        ToolCase("Bash", #"{"command": 5}"#, 2, "is the number 5", code: "invalid_input"),
        ToolCase("Read", #"{"file_path": "a.txt"}"#, 2, "relative path", code: "invalid_input"),
        ToolCase("Grep", #"{"pattern": "x", "path": "src"}"#, 2, "relative path", code: "invalid_input"),
        // The policy's word, before anything is started.
        ToolCase(
            "Read", #"{"file_path": "/etc/shadow"}"#, 3, "Denied by the policy", code: "denied",
            denied: ("policy", "filesystem.read")),
        ToolCase(
            "Read", #"{"file_path": "@/.env"}"#, 3, "filesystem.deny", code: "denied",
            denied: ("policy", "filesystem.deny")),
        ToolCase(
            "Write", #"{"file_path": "@/.git/hooks/pre-commit", "content": "x"}"#, 3, code: "denied",
            denied: ("policy", "filesystem.deny")),
        ToolCase(
            "WebFetch", #"{"url": "https://example.org/", "prompt": "x"}"#, 3, code: "denied",
            denied: ("policy", "network.allow")),
        ToolCase(
            "WebFetch", #"{"url": "https://0x7f.1/", "prompt": "x"}"#, 3, code: "denied",
            denied: ("policy", "input.url")),
        // The list.
        ToolCase("TodoRead", "{}", 0, "empty"),
        ToolCase(
            "TodoWrite", #"{"todos": [{"content": "a", "status": "in_progress", "activeForm": "doing a"}]}"#, 0,
            "1 item now"),
    ]

    /// In their order: each finds what those before it have left.
    static let files = [
        ToolCase("Read", #"{"file_path": "@/a.txt"}"#, 0, "first"),
        ToolCase("Read", #"{"file_path": "@/missing"}"#, 1, code: "not_found"),
        ToolCase("Read", #"{"file_path": "@/src"}"#, 1),
        ToolCase("Write", #"{"file_path": "@/new/deep.txt", "content": "one\ntwo\n"}"#, 0, "@/new/deep.txt"),
        ToolCase("Edit", #"{"file_path": "@/new/deep.txt", "old_string": "two", "new_string": "2"}"#, 0),
        ToolCase(
            "Edit", #"{"file_path": "@/new/deep.txt", "old_string": "three", "new_string": "3"}"#, 1, code: "no_match"),
        ToolCase(
            "MultiEdit",
            #"{"file_path": "@/new/deep.txt", "edits": [{"old_string": "one", "new_string": "1"}, {"old_string": "1", "new_string": "0"}]}"#,
            0),
        ToolCase("Bash", #"{"command": "cat new/deep.txt"}"#, 0, "0\n2"),
        ToolCase("LS", #"{"path": "@"}"#, 0, "deep.txt"),
        // What no other call would see.
        ToolCase(
            "Write", #"{"file_path": "/tmp/new/a.txt", "content": "x"}"#, 1, "Nothing was written", "/tmp is private",
            "@",
            code: "would_be_lost"),
        ToolCase("Edit", #"{"file_path": "/tmp/a", "old_string": "y", "new_string": "x"}"#, 1, code: "would_be_lost"),
        ToolCase("Bash", #"{"command": "echo one > /tmp/a.txt; cat /tmp/a.txt"}"#, 0, "one"),
        ToolCase("Read", #"{"file_path": "/tmp/a.txt"}"#, 1, "/tmp is private", code: "not_found"),
        ToolCase("LS", #"{"path": "/tmp/new"}"#, 1, "/tmp is private", code: "not_found"),
    ]

    static let searches = [
        ToolCase("Grep", #"{"pattern": "first"}"#, 0, "Found 1 file", "@/a.txt"),
        ToolCase(
            "Grep", #"{"pattern": "(second|zweite)", "output_mode": "content"}"#, 0, "@/a.txt:2:second",
            "@/b.txt:2:zweite"),
        ToolCase("Grep", #"{"pattern": "e", "output_mode": "count", "glob": "a*"}"#, 0, "@/a.txt:1"),
        ToolCase("Grep", #"{"pattern": "nothing-here"}"#, 0, "No files found"),
        ToolCase("Grep", #"{"pattern": "nothing-here", "output_mode": "content"}"#, 0, "No matches found"),
        ToolCase("Grep", #"{"pattern": "("}"#, 1, "unclosed group", code: "bad_search"),
        ToolCase("Grep", #"{"pattern": "x", "type": "nonesuch"}"#, 1, "nonesuch", code: "bad_search"),
        ToolCase("Grep", #"{"pattern": "x", "path": "@/missing"}"#, 1, "no file or folder", code: "not_found"),
        // What the policy hides is not found.
        ToolCase("Grep", #"{"pattern": "SECRET", "glob": ".env"}"#, 0, "No files found"),
        ToolCase("Glob", #"{"pattern": "*.txt"}"#, 0, "@/a.txt", "@/b.txt", "@/src/deep/c.txt"),
        ToolCase("Glob", #"{"pattern": "src/**/*.{txt,md}"}"#, 0, "@/src/deep/c.txt"),
        ToolCase("Glob", #"{"pattern": "**/*.log"}"#, 0, "No files found"),
        ToolCase("Glob", #"{"pattern": "*", "path": "/tmp"}"#, 0, "No files found", "/tmp is private"),
        ToolCase("Glob", #"{"pattern": "x", "path": "@/missing"}"#, 1, "no folder", code: "not_found"),
        ToolCase(
            "Glob", #"{"pattern": "*", "path": "/etc"}"#, 3, code: "denied", denied: ("policy", "filesystem.read")),
    ]
}

import JSON
import LinuxSystem
import Sandbox
import Sidecar
import TestSupport
import Testing

/// The tools where the host gives no namespaces: by rules alone, as far as the policy takes that for enough, and saying so.
@Suite(.enabled(if: ToolGround.canBeWeaker, "Landlock is older than version 6"), .serialized, .timeLimit(.minutes(5)))
struct ToolLowerRungTests {
    private func with(_ body: (ToolGround) throws -> Void) async throws {
        try await ToolGround.with { ground in
            try ground.write("src/a.txt", "one\n")
            try ground.write(".env", "SECRET=1\n")
            // Root's own workspace cannot be handed to another user without mounts.
            if ProcessInfo.uid == 0 {
                for name in ["", "/src", "/src/a.txt", "/.env"] {
                    try File.changeOwner(ground.workspace + name, user: 65534, group: 65534)
                }
            }
            try body(ground)
        }
    }

    @Test(.enabled(if: ToolGround.hasWorker && ToolGround.hasRipgrep)) func `Each works, and names its layers`()
        async throws
    {
        try await with { ground in
            let src = "\(ground.workspace)/src"
            let calls: [(String, JSONValue, String)] = [
                ("Read", ["file_path": .string("\(src)/a.txt")], "one"),
                ("Write", ["file_path": .string("\(src)/b.txt"), "content": "two\n"], "b.txt"),
                (
                    "Edit",
                    ["file_path": .string("\(src)/b.txt"), "old_string": "two", "new_string": "three"], "b.txt"
                ),
                ("LS", ["path": .string(src)], "b.txt"),
                ("Grep", ["pattern": "three", "path": .string(src)], "b.txt"),
                ("Glob", ["pattern": "*.txt", "path": .string(src)], "a.txt"),
                ("Bash", ["command": "cat src/b.txt && echo four > src/c.txt && cat src/c.txt"], "three\nfour"),
            ]
            for (tool, input, told) in calls {
                let ran = try ground.runWithoutNamespaces("tool", "run", tool, "--json", "--input", input.text())
                #expect(ran.code == 0, "\(tool): \(ran.output) \(ran.errors)")
                #expect(ran.json["content"]?[0]?["text"]?.string?.contains(told) == true, "\(tool): \(ran.output)")
                let layers = Set(ran.json["sandbox"]?["layers"]?.array?.compactMap(\.string) ?? [])
                #expect(layers == ["landlock", "seccomp"], "\(tool)")
            }
        }
    }

    /// The machine's own settings are not granted; without namespaces they are there all the same, and git stops at them.
    @Test(.enabled(if: File.isExecutable("/usr/bin/git"))) func `git looks at a repository`() async throws {
        try await with { ground in
            try File.makeDirectories("\(ground.workspace)/.git/objects")
            try File.makeDirectories("\(ground.workspace)/.git/refs/heads")
            try ground.write(".git/HEAD", "ref: refs/heads/main\n")
            try ground.write(".git/config", "[core]\n\trepositoryformatversion = 0\n")
            if ProcessInfo.uid == 0 {
                for name in ["", "/objects", "/refs", "/refs/heads", "/HEAD", "/config"] {
                    try File.changeOwner("\(ground.workspace)/.git\(name)", user: 65534, group: 65534)
                }
            }
            let ran = try ground.runWithoutNamespaces(
                "tool", "run", "Bash", "--input", #"{"command": "git status --short; echo $GIT_CONFIG_NOSYSTEM"}"#)
            #expect(ran.code == 0, "\(ran.output) \(ran.errors)")
            #expect(ran.output == "?? src/\n1\n" || ran.output == "?? .env\n?? src/\n1\n", "\(ran.output)")
        }
    }

    @Test func `What is denied stays denied`() async throws {
        try await with { ground in
            for (command, layer) in [
                ("p=per; ${p}l -e 1", "exec"), ("cat .en[v]", "filesystem"), ("echo x > .mcp.jso${X}n", "filesystem"),
            ] {
                let ran = try ground.runWithoutNamespaces(
                    "tool", "run", "Bash", "--json", "--input", (["command": .string(command)] as JSONValue).text())
                #expect(ran.code == 3, "\(command): \(ran.output) \(ran.errors)")
                #expect(ran.json["denied"]?["layer"]?.string == layer, "\(command): \(ran.output)")
                #expect(!ran.output.contains("SECRET"))
            }
            #expect(!File.exists("\(ground.workspace)/.mcp.json"))
        }
    }

    @Test func `A policy that requires more runs nothing, and says what is missing`() async throws {
        try await with { ground in
            let ran = try ground.runWithoutNamespaces(
                "tool", "run", "Read", "--policy", "strict", "--input",
                (["file_path": .string("\(ground.workspace)/src/a.txt")] as JSONValue).text())
            #expect(ran.code == 4)
            #expect((ran.output + ran.errors).contains("user_namespace"), "\(ran.output) \(ran.errors)")
            #expect(!ran.output.contains("one"))
        }
    }
}

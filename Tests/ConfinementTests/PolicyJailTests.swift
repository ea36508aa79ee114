import Confinement
import Glibc
import LinuxSystem
import Sandbox
import TestSupport
import Testing

/// A shipped policy, compiled for this host and one workspace, with the jail that comes of it.
struct PolicyJail: Sendable {
    let jail: JailUnderTest
    let compiled: CompiledPolicy
    let workspace: Workspace

    static func with<Result: Sendable>(
        _ policy: String, _ starter: Starter = .ourselves, prepare: (Workspace) async throws -> Void = { _ in },
        _ body: @escaping @Sendable (PolicyJail) async throws -> Result
    ) async throws -> Result {
        try await Workspace.with { workspace in
            try await prepare(workspace)
            let compiled = try compile(policy, workspace)
            return try await JailUnderTest.with(compiled.plan, starter) { jail in
                try await body(PolicyJail(jail: jail, compiled: compiled, workspace: workspace))
            }
        }
    }

    static func compile(_ policy: String, _ workspace: Workspace) throws -> CompiledPolicy {
        let loaded = try PolicyLoader.load(.builtIn(policy), SystemPolicyFiles()).get()
        let variables = PolicyVariables(
            workspace: try #require(NormalPath(workspace.path)), home: NormalPath(parts: ["nonexistent"]),
            tmp: NormalPath(parts: ["tmp"]))
        var settings = PlanSettings()
        settings.user = getuid()
        settings.group = getgid()
        return try PolicyCompiler.compile(
            loaded.policy, tool: "Bash", variables: variables, host: SystemHost(), settings: settings)
    }

    func shell(_ script: String, wall: TimeSpan = .seconds(300)) async throws -> Ran {
        try await jail.run(
            JailRun(
                program: "/bin/bash", arguments: ["bash", "-c", script], environment: compiled.environment,
                folder: workspace.path, limits: compiled.limits), wall: wall)
    }

    /// Runs it, and shows what it wrote where it fails.
    func succeed(_ script: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let ran = try await shell(script)
        #expect(
            ran.outcome.end == .exited(0), "\(script)\n\(ran.output.suffix(3000))\n\(ran.errors.suffix(3000))",
            sourceLocation: sourceLocation)
    }
}

private func isHere(_ program: String) -> Bool {
    ["/usr/local/bin", "/usr/bin", "/opt/swift/usr/bin"].contains { File.isExecutable("\($0)/\(program)") }
}

/// What a developer's agent does all day passes under the shipped policy, and nothing around it can be touched.
@Suite(.enabled(if: Host.canJail, Host.reason), .timeLimit(.minutes(10)))
struct PolicyJailTests {
    @Test(.enabled(if: isHere("gcc") && isHere("make"), "no C compiler here")) func `A C project`() async throws {
        try await PolicyJail.with("default") { workspace in
            try workspace.write("hello.c", "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n")
            try workspace.write(
                "Makefile",
                "all: build/hello\nbuild/hello: hello.c\n\tmkdir -p build\n\tcc -O1 -o $@ $<\ntest: all\n\ttest \"$$(build/hello)\" = hello\n"
            )
            try workspace.folder("build")
        } _: {
            try await $0.succeed("make -j2 && make test")
        }
    }

    @Test(.enabled(if: isHere("python3"), "no Python here")) func `A Python project`() async throws {
        try await PolicyJail.with("default") { workspace in
            try workspace.write("sums.py", "def add(a, b):\n    return a + b\n")
            try workspace.write(
                "test_sums.py",
                "import unittest, json, ssl, sqlite3, subprocess, sums\nclass T(unittest.TestCase):\n    def test(self):\n        self.assertEqual(sums.add(1, 2), 3)\n        self.assertEqual(subprocess.run(['echo', 'x'], capture_output=True).stdout, b'x\\n')\nunittest.main()\n"
            )
        } _: {
            try await $0.succeed("python3 test_sums.py && python3 -m compileall -q .")
        }
    }

    @Test(.enabled(if: isHere("node") && isHere("npm"), "no Node here")) func `A Node project`() async throws {
        try await PolicyJail.with("default") { workspace in
            try workspace.write(
                "package.json", "{\"name\":\"x\",\"version\":\"1.0.0\",\"scripts\":{\"test\":\"node test.js\"}}\n")
            try workspace.write("test.js", "require('assert').equal(1 + 1, 2); console.log('fine')\n")
        } _: {
            try await $0.succeed("node test.js && npm test")
        }
    }

    @Test(.enabled(if: isHere("swiftc"), "no Swift here")) func `A Swift program`() async throws {
        try await PolicyJail.with("default") { workspace in
            try workspace.write("main.swift", "print(\"hello\")\n")
            try workspace.folder("build")
        } _: {
            try await $0.succeed("swiftc -o build/hello main.swift && test \"$(build/hello)\" = hello")
        }
    }

    @Test(.enabled(if: isHere("swift"), "no Swift here")) func `A Swift package`() async throws {
        try await PolicyJail.with("default") { workspace in
            try workspace.write(
                "Package.swift",
                "// swift-tools-version: 6.0\nimport PackageDescription\nlet package = Package(name: \"hi\", targets: [.executableTarget(name: \"hi\")])\n"
            )
            try workspace.write("Sources/hi/main.swift", "print(\"hello\")\n")
        } _: {
            try await $0.succeed("swift build && test \"$(.build/debug/hi)\" = hello")
        }
    }

    @Test(.enabled(if: isHere("git"), "no git here")) func `Git in a repository`() async throws {
        try await PolicyJail.with("default") { workspace in
            try workspace.write("a.txt", "one\n")
            try await run("git init -q . && git config user.name me && git config user.email me@example.org", workspace)
        } _: { jail in
            try await jail.succeed(
                "git add -A && git commit -qm one && echo two >> a.txt && git diff | cat && git commit -qam two && git log --oneline | cat && git status"
            )
            try await jail.succeed(
                "! echo x >> .git/config; ! touch .git/hooks/post-commit; ! mkdir .claude; ! mv .git x")
            // What stands for files that must not come to be is in no commit.
            try await jail.succeed(
                "test \"$(git ls-files)\" = a.txt && test -z \"$(git status --porcelain --ignored)\"")
        }
    }

    @Test(.enabled(if: isHere("git"), "no git here")) func `Git in a worktree`() async throws {
        try await Workspace.with { repository in
            try await run(
                "git init -q . && git config user.name me && git config user.email m@e && git commit -q --allow-empty -m zero",
                repository)
            try await PolicyJail.with("default") { workspace in
                try await run("git worktree add -q \(workspace.path)/tree -b work", repository)
                // The worktree is the workspace: its data are elsewhere.
                try await run("mv tree/.git . && git worktree repair", workspace)
                try await run("git worktree repair \(workspace.path)", repository)
            } _: { jail in
                #expect(jail.compiled.notes.contains { $0.kind == .git })
                try await jail.succeed(
                    "echo one > a.txt && git add -A && git commit -qm one && git log --oneline | cat")
                try await jail.succeed(
                    "! echo x >> \(repository.path)/.git/config; ! touch \(repository.path)/.git/hooks/x")
            }
        }
    }

    @Test func `What is not granted is not there`() async throws {
        try await PolicyJail.with("default") { workspace in
            try workspace.write(".env", "SECRET=1\n")
        } _: { jail in
            let ran = try await jail.shell(
                "perl -e 1; /usr/bin/perl -e 1; cat .env; cat /etc/shadow; echo > /etc/x; curl x")
            #expect(ran.errors.contains("perl: command not found"))
            #expect(ran.errors.contains("/usr/bin/perl: No such file or directory"))
            #expect(!ran.output.contains("SECRET"))
            #expect(!ran.output.contains("root:"))
        }
    }

    private func run(_ script: String, _ workspace: Workspace) async throws {
        let launch = ProgramLaunch(
            path: "/usr/bin/setpriv",
            arguments: getuid() == 0
                ? ["--reuid=65534", "--regid=65534", "--clear-groups", "--", "/bin/bash", "-c", script]
                : ["--", "/bin/bash", "-c", script],
            environment: ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"], directory: workspace.path, newSession: true)
        let child = try ChildProcess(launch, descriptors: [0, 1, 2])
        let code = try child.wait()
        #expect(code == 0, "\(script)")
    }
}

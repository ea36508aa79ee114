import Confinement
import Glibc
import LinuxSystem
import Sandbox
import TestSupport
import Testing

/// What git and agents run or obey is not for those inside to change, whether it is there already or not.
@Suite(.enabled(if: Host.canJail, Host.reason), .timeLimit(.minutes(2)))
struct ProtectedPathTests {
    static let tools = commonTools

    private func withProtection<Result: Sendable>(
        _ body: @escaping @Sendable (JailUnderTest, Workspace) async throws -> Result
    ) async throws -> Result {
        try await jailed(prepare: prepare, body)
    }

    private func prepare(_ workspace: Workspace, _ plan: inout JailPlan) throws {
        try workspace.write(".git/config", "[core]\n")
        try workspace.write(".git/hooks/pre-commit", "#!/bin/sh\n")
        try workspace.write(".git/HEAD", "ref: refs/heads/main\n")
        try workspace.write(".env", "SECRET=1\n")
        try workspace.write("deep/er/.env", "SECRET=2\n")
        let root = workspace.path
        plan.view += [
            .pin(path: "\(root)/.git"), .protect(path: "\(root)/.git/config"), .protect(path: "\(root)/.git/hooks"),
            .reserve(path: "\(root)/.git/commondir", .file(bytes: Array(".\n".utf8))),
            .reserve(path: "\(root)/.mcp.json", .file(bytes: [])), .reserve(path: "\(root)/.claude", .folder),
            .cover(path: "\(root)/.env"),
            .pin(path: "\(root)/deep"), .pin(path: "\(root)/deep/er"), .cover(path: "\(root)/deep/er/.env"),
        ]
    }

    /// Each prints `broke` when it works.
    static let attempts = [
        "echo evil >> .git/config", "echo evil > .git/hooks/post-checkout", "echo evil >> .git/hooks/pre-commit",
        "echo .. > .git/commondir", "rm -f .git/commondir", "mv .git/hooks h", "mv .git/config c", "rm -rf .git/hooks",
        "mv .git g", "mv .git g && mkdir -p .git/hooks && echo evil > .git/hooks/x",
        "ln -sfn /tmp .git && test -L .git", "rm -rf .git",
        "mv deep d && mkdir -p deep/er && echo evil > deep/er/.env", "mv deep/er deep/e",
        "echo {} > .mcp.json", "rm -f .mcp.json", "mv .mcp.json m", "ln -f x .mcp.json", "cp x .mcp.json",
        "echo evil > .claude/settings.json", "rmdir .claude", "mv .claude c", "ln -sfn /tmp .claude && test -L .claude",
        "chmod 777 .claude && echo evil > .claude/settings.json", "chmod 666 .git/config", "rm -f .env", "mv .env e",
        "echo evil > .env", "test -s .env", "test -s deep/er/.env", "ln .git/config l && echo evil >> l",
        "cd .git/hooks && echo evil > ../config", "exec 9<> .git/config", "cd .git && mv hooks h",
        "test -r ../etc/shadow", "mv ../${PWD##*/} ../elsewhere",
    ]

    @Test func `What is protected cannot be changed, moved, removed, replaced or read around`() async throws {
        try await withProtection { jail, workspace in
            try workspace.write("x", "x")
            for attempt in Self.attempts {
                let ran = try await jail.shell("( \(attempt) ) && echo broke", in: workspace.path)
                #expect(!ran.output.contains("broke"), "\(attempt)")
                #expect(workspace.text(".git/config") == "[core]\n", "\(attempt)")
                #expect(try Directory.entries(workspace.path + "/.git/hooks") == ["pre-commit"], "\(attempt)")
                #expect(workspace.text(".env") == "SECRET=1\n" && workspace.text("deep/er/.env") == "SECRET=2\n")
                #expect(workspace.text(".mcp.json") == "", "\(attempt)")
                #expect(workspace.text(".git/commondir") == ".\n", "\(attempt)")
            }
        }
    }

    @Test func `What is beside it can be worked with`() async throws {
        try await withProtection { jail, workspace in
            let ran = try await jail.shell(
                """
                set -e
                cat .git/config .git/hooks/pre-commit
                echo new > .git/index; mkdir .git/refs; mv .git/index .git/refs/index
                echo text > deep/er/file; mv deep/er/file .; cat file
                """, in: workspace.path)
            #expect(ran.outcome.end == .exited(0), "\(ran.errors)")
            #expect(ran.output == "[core]\n#!/bin/sh\ntext\n")
            #expect(workspace.text(".git/refs/index") == "new\n")
        }
    }

    @Test func `Stand-ins are gone when the jail is, and what the user made meanwhile is not`() async throws {
        try await Workspace.with { workspace in
            var plan = try HandPlan.make(Self.tools, workspace: workspace)
            try prepare(workspace, &plan)
            let finished = plan
            try await JailUnderTest.with(finished) { _ in
                #expect(workspace.exists(".mcp.json") && workspace.exists(".claude"))
                // A second jail over the same workspace shares them.
                try await JailUnderTest.with(finished) { _ in }
                #expect(workspace.exists(".mcp.json") && workspace.exists(".claude"))
                try File.writeAtomically(workspace.path + "/.claude/mine", [])
            }
            #expect(!workspace.exists(".mcp.json") && !workspace.exists(".git/commondir"))
            #expect(workspace.exists(".claude/mine"))
        }
    }

    @Test func `What a killed jail leaves behind the next one takes away`() async throws {
        try await PolicyJail.with("default") {
            try $0.write("README")
        } _: { first in
            let workspace = first.workspace
            let names = [".mcp.json", ".claude", ".git", "build"]
            #expect(names.allSatisfy { workspace.exists($0) })
            kill(first.jail.zygote.pid, SIGKILL)
            #expect(await eventually { first.jail.processes().isEmpty })
            #expect(names.allSatisfy { workspace.exists($0) })
            // Planned as what is not there, and so protected as before.
            let compiled = try PolicyJail.compile("default", workspace)
            #expect(compiled.plan.view.contains(.reserve(path: workspace.path + "/.mcp.json", .folder)))
            try await JailUnderTest.with(compiled.plan) { second in
                let ran = try await second.shell(
                    "echo x > .mcp.json; mkdir .git/hooks; touch .claude/x; rm -rf .git", in: workspace.path)
                #expect(ran.outcome.end != .exited(0))
                #expect(names.allSatisfy { workspace.exists($0) })
            }
            #expect(names.allSatisfy { !workspace.exists($0) } && workspace.exists("README"))
        }
    }

    @Test func `What somebody has put into one that was left is his, and stays`() async throws {
        try await PolicyJail.with("default") {
            try $0.write("README")
        } _: { first in
            let workspace = first.workspace
            kill(first.jail.zygote.pid, SIGKILL)
            #expect(await eventually { first.jail.processes().isEmpty })
            chmod(workspace.path + "/.git", 0o755)
            chmod(workspace.path + "/.claude", 0o755)
            try workspace.write(".git/config", "[core]\n")
            try workspace.write(".claude/settings.json", "{}\n")
            let compiled = try PolicyJail.compile("default", workspace)
            try await JailUnderTest.with(compiled.plan) { second in
                let ran = try await second.shell(
                    "echo x >> .claude/settings.json; echo x >> .git/config; true", in: workspace.path)
                #expect(ran.outcome.end == .exited(0))
            }
            #expect(workspace.text(".claude/settings.json") == "{}\n" && workspace.text(".git/config") == "[core]\n")
        }
    }

    @Test func `Of two jails over one workspace the last takes the stand-ins away, and not the first`() async throws {
        try await PolicyJail.with("default") {
            try $0.write("README")
        } _: { first in
            let workspace = first.workspace
            let compiled = try PolicyJail.compile("default", workspace)
            try await JailUnderTest.with(compiled.plan) { second in
                // On the loop that it belongs to.
                await Task(executorPreference: first.jail.loop) { await first.jail.zygote.stop() }.value
                #expect(workspace.exists(".mcp.json"))
                let ran = try await second.shell("rm -rf .mcp.json; echo x > .mcp.json", in: workspace.path)
                #expect(ran.outcome.end != .exited(0))
                #expect(try Directory.entries(workspace.path + "/.mcp.json") == [])
            }
            #expect(!workspace.exists(".mcp.json") && !workspace.exists(".git"))
        }
    }

    @Test func `Stand-ins are gone also when the jail is killed in its start`() async throws {
        try await Workspace.with { workspace in
            var plan = try HandPlan.make(Self.tools, workspace: workspace)
            try prepare(workspace, &plan)
            plan.view.append(.protect(path: workspace.path + "/missing"))
            let broken = plan
            await #expect(throws: ZygoteError.self) { try await JailUnderTest.with(broken) { _ in } }
            #expect(!workspace.exists(".mcp.json") && !workspace.exists(".claude"))
        }
    }
}

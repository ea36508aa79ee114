import Confinement
import Digest
import Glibc
import LinuxSystem
import Sandbox
import TestSupport
import Testing

/// A program is replaced on the host: the next plan names the new one by what is in it, and a jail that runs has the old one.
@Suite(.enabled(if: Host.canJail, Host.reason), .timeLimit(.minutes(2)))
struct PlanChangeTests {
    @Test func `A replaced program is another one in the next plan, and the same in the jail that runs`() async throws {
        try await Workspace.with { tools in
            chmod(tools.path, 0o755)
            try tools.copy("/usr/bin/true", as: "tool")
            try await Workspace.with { workspace in
                let cache = PlanCache(SystemHost())
                let digests = FileDigests()
                let tool = tools.path + "/tool"
                let first = try compile(cache, tool, workspace)
                let old = try #require(first.programs.first { $0.path.text == tool })
                #expect(try digests.digest(of: old) == SHA256(of: File.read("/usr/bin/true")))
                #expect(try compile(cache, tool, workspace).programs == first.programs)
                try await JailUnderTest.with(first.plan) { jail in
                    let run = JailRun(program: tool, arguments: ["tool"])
                    #expect(try await jail.run(run).outcome.end == .exited(0))
                    try tools.copy("/usr/bin/false", as: "new")
                    rename(tools.path + "/new", tool)
                    // What it was is gone, and nobody is told that it were still there.
                    #expect(digests.digest(of: old) == nil)
                    let next = try compile(cache, tool, workspace)
                    let new = try #require(next.programs.first { $0.path.text == tool })
                    #expect(try digests.digest(of: new) == SHA256(of: File.read("/usr/bin/false")))
                    let still = try await jail.run(run)
                    #expect(still.outcome.end == .exited(0))
                    try await JailUnderTest.with(next.plan) { other in
                        let now = try await other.run(run)
                        #expect(now.outcome.end == .exited(1))
                    }
                }
                // With the old plan there is no jail any more: it names a file that is not there.
                await #expect(throws: ZygoteError.self) { try await JailUnderTest.with(first.plan) { _ in } }
            }
        }
    }
}

private func compile(
    _ cache: PlanCache<SystemHost>, _ tool: String, _ workspace: Workspace
) throws -> CompiledPolicy {
    let file = workspace.path + ".yaml"
    defer { unlink(file) }
    try File.writeAtomically(
        file,
        Array(
            "version: 1\nname: test\nfilesystem: { write: [\"${workspace}\"] }\ncommands: { allow: [\(tool)] }\n".utf8))
    let loaded = try PolicyLoader.load(.file(file), SystemPolicyFiles()).get()
    let variables = PolicyVariables(
        workspace: try #require(NormalPath(workspace.path)), home: NormalPath(parts: ["nonexistent"]),
        tmp: NormalPath(parts: ["tmp"]))
    var settings = PlanSettings()
    settings.user = getuid()
    settings.group = getgid()
    return try cache.plan(loaded.policy, tool: "Bash", variables: variables, settings: settings)
}

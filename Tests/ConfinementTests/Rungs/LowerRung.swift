import Confinement
import Glibc
import LinuxSystem
import Sandbox
import TestSupport
import Testing

extension Starter {
    /// On a host that gives no namespaces: a filter stands before the jail that refuses them with this error.
    func program(refusing code: Int32) throws -> ZygoteProgram {
        let own = try program()
        return ZygoteProgram(
            path: try Attacker.outside(), arguments: ["refuse-namespaces", "\(code)", own.path] + own.arguments)
    }
}

/// The jail of a policy where there are no namespaces.
struct LowerRung: Sendable {
    let jail: JailUnderTest
    let compiled: CompiledPolicy
    let workspace: Workspace
    let tmp: String

    static let canBe = HostFacts.detect().landlock.version.map { $0 >= 6 } ?? false
    static let reason: Comment = "this host's Landlock is older than version 6"

    static let tools = [
        "cat", "chmod", "cp", "dd", "env", "find", "git", "head", "id", "ln", "ls", "mkdir", "mv", "perl", "ps", "rm",
        "rmdir",
        "sed", "sleep", "stat", "tar", "touch", "true", "truncate", "uname", "xargs",
    ]

    /// A workspace to work in, the programs of the system to look at, and what is usually denied.
    static func policy(_ tools: [String], more: String = "") throws -> String {
        """
        version: 1
        name: rung
        filesystem:
          read: [/usr, /lib, /lib64, /bin, "\(try Attacker.outside())"]
          write: ["${workspace}", "${tmp}"]
          deny: ["${workspace}/.git/hooks", "${workspace}/.git/config", "${workspace}/.git/commondir", "**/.env",
            "${workspace}/.mcp.json", "${workspace}/.claude"]
        commands:
          allow: [\((tools + ["\(try Attacker.outside())"]).map { "\"\($0)\"" }.joined(separator: ", "))]
        require: [landlock, seccomp]
        \(more)
        """
    }

    static func compile(
        _ text: String, _ workspace: Workspace, tmp: String, isolation: JailPlan.Isolation = .rules
    ) throws -> CompiledPolicy {
        let file = workspace.path + ".yaml"
        try File.writeAtomically(file, Array(text.utf8))
        defer { unlink(file) }
        let loaded = try PolicyLoader.load(.file(file), SystemPolicyFiles()).get()
        let variables = PolicyVariables(
            workspace: try #require(NormalPath(workspace.path)), home: NormalPath(parts: ["nonexistent"]),
            tmp: try #require(NormalPath(tmp)))
        var settings = PlanSettings()
        settings.user = getuid()
        settings.group = getgid()
        settings.isolation = isolation
        return try PolicyCompiler.compile(
            loaded.policy, tool: "Bash", variables: variables, host: SystemHost(), settings: settings)
    }

    static func with<Result: Sendable>(
        _ starter: Starter = .ourselves, tools: [String] = tools.filter { $0 != "perl" }, more: String = "",
        hasWorker: Bool = false, prepare: (Workspace) throws -> Void = { _ in },
        _ body: @escaping @Sendable (LowerRung) async throws -> Result
    ) async throws -> Result {
        try await Workspace.with { workspace in
            try workspace.folder("src")
            try prepare(workspace)
            let tmp = "/tmp/jail-test-\(String(UInt64.random(in: .min ... .max), radix: 16))"
            let compiled = try compile(try policy(tools, more: more), workspace, tmp: tmp)
            let program = try starter.program(refusing: EPERM)
            var plan = compiled.plan
            if hasWorker { plan.workerFilter = try SeccompFilter(workerDenying: []).bytes }
            return try await JailUnderTest.with(plan, program) { jail in
                try await body(LowerRung(jail: jail, compiled: compiled, workspace: workspace, tmp: tmp))
            }
        }
    }

    func shell(_ script: String, limits: RunLimits = RunLimits(), wall: TimeSpan = .seconds(60)) async throws -> Ran {
        try await jail.run(
            JailRun(
                program: "/usr/bin/bash", arguments: ["bash", "-c", script],
                environment: compiled.environment.merging(["PATH": "/usr/bin"]) { $1 }, folder: workspace.path,
                limits: limits), wall: wall)
    }

    func output(_ script: String) async throws -> String { try await shell(script).output }

    func attack(
        _ arguments: String..., limits: RunLimits = RunLimits(), isWorker: Bool = false
    ) async throws -> [String] {
        var run = JailRun(
            program: try Attacker.outside(), arguments: ["attacks"] + arguments, folder: workspace.path,
            limits: limits)
        run.isWorker = isWorker
        let ran = try await jail.run(run)
        if case .signaled(let number) = ran.outcome.end { return ["signal \(number)"] }
        if ran.output.isEmpty { return ["\(ran.outcome.end)"] }
        return ran.output.split(separator: "\n").map(String.init)
    }
}

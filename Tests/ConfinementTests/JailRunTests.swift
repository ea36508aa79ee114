import Confinement
import LinuxSystem
import Sandbox
import TestSupport
import Testing

@Suite(.enabled(if: Host.canJail, Host.reason), .timeLimit(.minutes(2)))
struct JailRunTests {
    @Test(arguments: Starter.possible) func `A run has its output, input, environment, folder and exit code`(
        _ starter: Starter
    ) async throws {
        try await jailed(starter) { jail, workspace in
            let ran = try await jail.shell(
                "cat; pwd; echo wrong >&2; exit 7", in: workspace.path, input: "given\n")
            #expect(ran.outcome.end == .exited(7))
            #expect(ran.output == "given\n\(workspace.path)\n")
            #expect(ran.errors == "wrong\n")
            let environment = try await jail.run(
                JailRun(program: "/usr/bin/env", arguments: ["env"], environment: ["A": "1", "B": "x=y z"]))
            #expect(Set(environment.output.split(separator: "\n")) == ["A=1", "B=x=y z"])
            let user = try await jail.shell("id -u; id -g")
            #expect(user.output == "1000\n1000\n")
        }
    }

    @Test func `Long lists of arguments and variables arrive whole`() async throws {
        try await jailed { jail, _ in
            let words = (0..<6000).map { "\($0)-" + String(repeating: "x", count: 100) }
            let environment = Dictionary(
                uniqueKeysWithValues: words.prefix(500).map { ("V\($0.prefix(3))\($0.count)\($0)", $0) })
            for _ in 0..<2 {
                let ran = try await jail.run(
                    JailRun(
                        program: "/usr/bin/bash", arguments: ["bash", "-c", "echo $# ${1} ${6000}", "name"] + words,
                        environment: environment))
                #expect(ran.output == "6000 \(words[0]) \(words[5999])\n", "\(ran.outcome) \(ran.errors)")
            }
        }
    }

    @Test(arguments: [["recvmsg"], ["fcntl", "setsid"], ["ptrace"]])
    func `A filter may forbid what a run's own birth needs`(_ denied: [String]) async throws {
        try await jailed(prepare: { _, plan in
            let filter = try SeccompFilter(.default, deny: denied)
            plan.filter = filter.bytes
            plan.reporting = filter.reporting
        }) {
            jail, _ in
            for _ in 0..<3 {
                let ran = try await jail.run(JailRun(program: "/usr/bin/echo", arguments: ["echo", "ran"]))
                #expect(ran.output == "ran\n", "\(ran.outcome)")
            }
        }
    }

    @Test func `What it says of its layers is so`() async throws {
        try await jailed { jail, _ in
            #expect(jail.zygote.layers.isSuperset(of: [.userNamespace, .pidNamespace, .networkNamespace, .landlock]))
            #expect(jail.zygote.layers.isSuperset(of: [.seccomp, .mountNamespace, .ipcNamespace]))
            #expect(!jail.zygote.layers.contains(.controlGroup))
            #expect(jail.zygote.outsideUser != 0)
        }
    }
}

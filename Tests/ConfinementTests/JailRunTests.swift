import Confinement
import LinuxSystem
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

    @Test func `What it says of its layers is so`() async throws {
        try await jailed { jail, _ in
            #expect(jail.zygote.layers.isSuperset(of: [.userNamespace, .pidNamespace, .networkNamespace, .landlock]))
            #expect(jail.zygote.layers.isSuperset(of: [.seccomp, .mountNamespace, .ipcNamespace]))
            #expect(!jail.zygote.layers.contains(.controlGroup))
            #expect(jail.zygote.outsideUser != 0)
        }
    }
}

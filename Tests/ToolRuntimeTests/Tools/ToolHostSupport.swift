import LinuxSystem
import Sandbox
import TestSupport
import Testing
import ToolRuntime

let canJail: Bool = {
    let facts = HostFacts.detect()
    return facts.userNamespace.namespaces?.contains([.pid, .network, .proc]) == true
        && facts.landlock.version != nil && facts.seccomp.filter
}()

/// A host of tools for a workspace of its own, `work` in a folder that is gone afterwards. `body` runs on its loop.
/// - `policy`: given the folder, the text of a policy; `default` itself otherwise.
func withToolHost(
    worker: String = "sidecar-worker", clock: any Clock = MonotonicClock(),
    policy: @Sendable (_ folder: String) -> String = { _ in "version: 1\nname: test\nextends: default\n" },
    _ body: @escaping @Sendable (ToolHost, EventLoop, _ folder: String) async throws -> Void
) async throws {
    let base = SystemHost().resolve("/var/tmp")?.text ?? "/var/tmp"
    let folder = try File.makeTemporaryFolder("\(base)/worker-tests-")
    defer { File.removeTree(folder) }
    try File.changeMode(folder, 0o755)
    for name in ["work", "state"] { try File.makeFolder("\(folder)/\(name)") }
    let file = "\(folder)/policy.yaml"
    try File.writeNew(file, Array(policy(folder).utf8))
    let own = try File.linkTarget("/proc/self/exe")
    let programs = String(own[..<(own.lastIndex(of: "/") ?? own.startIndex)])
    var settings = ToolHostSettings(
        policy: try PolicyLoader.load(.file(file), SystemPolicyFiles()).get().policy,
        variables: PolicyVariables(
            workspace: try #require(NormalPath("\(folder)/work")), home: NormalPath(parts: ["nonexistent"]),
            tmp: NormalPath(parts: ["tmp"])),
        environment: ["PATH": "/usr/bin:/bin"], stateFolder: "\(folder)/state", programsFolder: programs)
    settings.worker = "\(programs)/\(worker)"
    let ready = settings
    try await withLoop(clock: clock) { loop in
        try await Task(executorPreference: loop) {
            let host = try ToolHost(ready, on: loop)
            do {
                try await body(host, loop, folder)
            } catch {
                await host.stop()
                throw error
            }
            await host.stop()
        }.value
    }
}

import LinuxSystem
import Sandbox
import Testing

/// On whatever machine the tests run: nothing is expected of it but to agree with itself.
@Suite struct HostDetectionTests {
    @Test func detectionAgreesWithItself() throws {
        let facts = HostFacts.detect()
        #expect(facts.kernel == (try ProcessInfo.kernel().release))
        #expect(!facts.machine.isEmpty)
        #expect(facts.status.isRoot == (ProcessInfo.uid == 0))
        if let abi = facts.landlock.version { #expect(abi >= 1) }
        if facts.seccomp.notification { #expect(facts.seccomp.filter) }
        if facts.settings.userNamespacesMax == 0 { #expect(facts.userNamespace.namespaces == nil) }
        if facts.controlGroups.writable { #expect(facts.controlGroups.folder != nil) }
        if facts.rung >= .withoutControlGroups { #expect(facts.layers.contains(.userNamespace)) }
        #expect(facts.layers.contains(.seccomp) == (facts.rung != .nothing))
    }

    @Test func secondLookSeesTheSame() {
        let first = HostFacts.detect()
        let second = HostFacts.detect()
        #expect(first.rung == second.rung)
        #expect(first.layers == second.layers)
        #expect(HostReport(first) == HostReport(second))
    }

    /// The children mount and change users; the parent must not notice.
    @Test func probingLeavesTheHostAlone() throws {
        let mounts = try File.readText("/proc/self/mountinfo")
        let namespace = try File.linkTarget("/proc/self/ns/user")
        let before = ProcessStatus(parsing: try File.readText("/proc/self/status"))
        _ = HostFacts.detect()
        #expect(try File.readText("/proc/self/mountinfo") == mounts)
        #expect(try File.linkTarget("/proc/self/ns/user") == namespace)
        #expect(ProcessStatus(parsing: try File.readText("/proc/self/status")) == before)
    }
}

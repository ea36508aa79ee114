import LinuxSystem
import Sandbox
import Testing

@Suite struct RungTests {
    /// A host that has everything; each case takes something away.
    static func strongHost() -> HostFacts {
        var facts = HostFacts()
        facts.landlock = .abi(7)
        facts.userNamespace = .works([.pid, .network, .ipc, .uts, .controlGroup, .proc])
        facts.seccomp.filter = true
        facts.seccomp.notification = true
        facts.controlGroups = ControlGroups(
            version: .v2, folder: "/sys/fs/cgroup/x", controllers: ["memory", "pids"], writable: true)
        return facts
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let rung: Rung
        let change: @Sendable (inout HostFacts) -> Void
        init(_ name: String, _ rung: Rung, _ change: @escaping @Sendable (inout HostFacts) -> Void) {
            testDescription = name
            self.rung = rung
            self.change = change
        }
    }

    static let cases: [Case] = [
        // Control groups are not used yet.
        Case("everything", .withoutControlGroups) { _ in },
        Case("no control groups", .withoutControlGroups) { $0.controlGroups = ControlGroups(version: .v1) },
        Case("no capabilities inside", .landlockAndSeccomp) { $0.userNamespace = .withoutCapabilities(reason: "x") },
        Case("refused", .landlockAndSeccomp) { $0.userNamespace = .refused(stage: .user, reason: "x") },
        Case("refused, and Landlock that cannot scope signals", .nothing) {
            $0.userNamespace = .refused(stage: .user, reason: "x")
            $0.landlock = .abi(5)
        },
        Case("refused, and no Landlock", .nothing) {
            $0.userNamespace = .refused(stage: .user, reason: "x")
            $0.landlock = .missing(reason: "x")
        },
        Case("namespaces without pid", .landlockAndSeccomp) { $0.userNamespace = .works([.network]) },
        Case("no Landlock", .withoutLandlock) { $0.landlock = .missing(reason: "x") },
        Case("no seccomp", .nothing) { $0.seccomp.filter = false },
        Case("nothing was found", .nothing) { $0 = HostFacts() },
    ]

    @Test(arguments: cases) func rungFollowsFromFacts(_ each: Case) {
        var facts = Self.strongHost()
        each.change(&facts)
        #expect(facts.rung == each.rung)
        let report = HostReport(facts)
        let jail = report.findings.first { $0.id == "sandbox.rung" }
        #expect(jail?.detail.contains("rung \(each.rung.rawValue),") == true)
        // Weaker than possible: there is a way to get more, and it is said.
        #expect((jail?.mend == nil) == (each.rung >= .withoutControlGroups))
        #expect((each.rung.lost == nil) == (each.rung == .full))
        #expect((jail?.status == .fail) == (each.rung == .nothing))
    }

    @Test func rungsAreOrderedByStrength() {
        #expect(Rung.allCases.sorted(by: >) == Rung.allCases)
        #expect(Rung.full > .withoutControlGroups)
        #expect(Rung.nothing < .withoutLandlock)
    }

    @Test func layersAreThoseThatAJailCanHave() {
        var facts = Self.strongHost()
        #expect(facts.layers == SandboxLayer.allCases.filter { $0 != .controlGroup })
        facts.userNamespace = .refused(stage: .user, reason: "x")
        #expect(facts.layers == [.landlock, .seccomp])
        #expect(HostFacts().layers.isEmpty)
    }

    @Test func bannerNamesLayersAndRung() {
        var facts = Self.strongHost()
        facts.userNamespace = .refused(stage: .user, reason: "x")
        facts.controlGroups = ControlGroups(version: .none)
        #expect(HostReport.summary(facts) == "landlock (ABI 7), seccomp; rung D")
        facts.seccomp.filter = false
        #expect(HostReport.summary(facts) == "none; rung F: tools are refused")
    }

    @Test func mendingNamesTheCauseThatHolds() {
        var facts = Self.strongHost()
        #expect(Mending.userNamespace(facts) == nil)
        facts.userNamespace = .withoutCapabilities(reason: "x")
        facts.container = "docker"
        #expect(Mending.userNamespace(facts)?.contains("seccomp profile") == true)
        facts.settings.appArmorRestrictsUserNamespaces = 1
        #expect(Mending.userNamespace(facts)?.contains("/etc/apparmor.d/sidecar") == true)
        facts.settings.unprivilegedUserNamespaces = 0
        #expect(Mending.userNamespace(facts)?.contains("unprivileged_userns_clone") == true)
        facts.settings.userNamespacesMax = 0
        #expect(Mending.userNamespace(facts)?.contains("max_user_namespaces") == true)
    }

    @Test(arguments: [
        (HostProbe.Attempt.Stage.user, Int32(0), false), (.map, 0, true), (.namespaces, 0, true), (.mount, 0, true),
        (.mount, 31, false), (.drop, 0, false),
    ]) func aNamespaceWithoutCapabilitiesIsToldFromNone(
        stage: HostProbe.Attempt.Stage, signal: Int32, hollow: Bool
    ) {
        let attempt = HostProbe.Attempt(stage: stage, code: 1, signal: signal, namespaces: [])
        let result = HostFacts.JailAttempt(attempt, way: .asNobody)
        if case .withoutCapabilities = result { #expect(hollow) } else { #expect(!hollow) }
        if case .withoutCapabilities = HostFacts.JailAttempt(attempt, way: .ownPrivileges) {
            Issue.record("without a user namespace there is none to be hollow")
        }
        #expect(result.namespaces == nil)
    }

    @Test func findingsHaveTheirOwnIdentifiers() {
        let ids = HostReport(Self.strongHost()).findings.map { $0.id }
        #expect(Set(ids).count == ids.count)
    }

    @Test func oldLandlockSaysWhatItLacks() {
        #expect(LandlockABI.lacking(at: 6) == nil)
        #expect(LandlockABI.lacking(at: 5) == "scopes for signals and abstract sockets")
        #expect(LandlockABI.lacking(at: 1)?.hasPrefix("moving files") == true)
    }
}

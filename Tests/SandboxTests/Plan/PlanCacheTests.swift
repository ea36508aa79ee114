import Confinement
import Sandbox
import Synchronization
import Testing

/// A plan is kept for as long as the host would answer alike.
@Suite struct PlanCacheTests {
    /// A machine that changes, and that counts how often it is asked for bytes: only compiling does that.
    private final class ChangingMachine: PlanHost {
        let machine: Mutex<ImaginedMachine>
        let reads = Mutex(0)

        init(_ machine: ImaginedMachine) { self.machine = Mutex(machine) }

        func change(_ change: (inout ImaginedMachine) -> Void) { machine.withLock { change(&$0) } }
        private var now: ImaginedMachine { machine.withLock { $0 } }
        var readCount: Int { reads.withLock { $0 } }

        func linkTarget(_ path: NormalPath) -> String? { now.linkTarget(path) }
        func kind(_ path: NormalPath) -> HostFileKind? { now.kind(path) }
        func isExecutable(_ path: NormalPath) -> Bool { now.isExecutable(path) }
        func file(_ path: NormalPath) -> HostFile? { now.file(path) }
        func entries(of folder: NormalPath) -> [HostEntry]? { now.entries(of: folder) }
        func bytes(of path: NormalPath, from offset: Int, count: Int) -> [UInt8]? {
            reads.withLock { $0 += 1 }
            return now.bytes(of: path, from: offset, count: count)
        }
    }

    private static let policy = """
        filesystem:
          read: ["${workspace}"]
          write: ["${workspace}"]
          deny: ["${workspace}/.mcp.json", "**/.env"]
        commands: { allow: [ls] }
        """

    private struct Made {
        let host = ChangingMachine(.debian)
        let cache: PlanCache<ChangingMachine>

        init(plansMax: Int = 64) { cache = PlanCache(host, plansMax: plansMax) }

        func plan(_ policy: String = PlanCacheTests.policy, tool: String = "Bash") throws -> CompiledPolicy {
            try cache.plan(
                Sample.policy(policy), tool: tool, variables: Sample.variables, settings: PlanSettings())
        }

        /// Whether it was made anew.
        func isMade(_ policy: String = PlanCacheTests.policy, tool: String = "Bash") throws -> Bool {
            let before = host.readCount
            _ = try plan(policy, tool: tool)
            return host.readCount > before
        }
    }

    @Test func itIsMadeOnce() throws {
        let made = Made()
        #expect(try made.isMade())
        #expect(try !made.isMade() && !made.isMade())
        #expect(try made.plan().plan == ImaginedMachine.debian.compile(Self.policy).plan)
        #expect(made.cache.count == 1)
    }

    @Test func aFileThatWasPlannedChanges() throws {
        let made = Made()
        let before = try made.plan()
        made.host.change { $0.program("/usr/bin/ls", needs: ["libc.so.6", "libtinfo.so.6"]) }
        let after = try made.plan()
        #expect(before.programs != after.programs)
        #expect(try !made.isMade())
    }

    @Test func aLibraryThatWasMissingComesToBe() throws {
        let made = Made()
        made.host.change { $0.program("/usr/bin/ls", needs: ["libnew.so"]) }
        #expect(try made.plan().notes.contains { $0.kind == .library })
        made.host.change { $0.library("/usr/lib/x86_64-linux-gnu/libnew.so") }
        #expect(try !made.plan().notes.contains { $0.kind == .library })
    }

    @Test func aLinkLeadsElsewhere() throws {
        let made = Made()
        _ = try made.plan()
        made.host.change { $0.link("/usr/bin/sh", to: "bash") }
        #expect(try made.plan().link("/usr/bin/sh") == "bash")
    }

    /// A stand-in is for what is missing; what is there is protected as it is.
    @Test func aProtectedFileComesToBe() throws {
        let made = Made()
        #expect(
            try made.plan().plan.view.contains { if case .reserve("/work/.mcp.json", _) = $0 { true } else { false } })
        made.host.change { $0.file("/work/.mcp.json", "{}") }
        #expect(
            try !made.plan().plan.view.contains { if case .reserve("/work/.mcp.json", _) = $0 { true } else { false } })
        made.host.change { $0.file("/work/.env", "A=1") }
        #expect(try made.plan().plan.view.contains(.cover(path: "/work/.env")))
    }

    @Test func whatDoesNotMatterDoesNotMatter() throws {
        let made = Made()
        _ = try made.plan()
        made.host.change { $0.file("/home/me/notes", "x") }
        #expect(try !made.isMade())
    }

    @Test func eachPolicyToolAndSettingHasItsOwn() throws {
        let made = Made()
        _ = try made.plan()
        #expect(try made.isMade("commands: { allow: [perl] }"))
        #expect(try made.isMade(tool: "Other"))
        #expect(try made.plan(Self.policy + "\nsyscalls: { deny: [bpf] }").callRules.denied["bpf"] != nil)
        #expect(try !made.isMade())
        #expect(made.cache.count == 4)
    }

    @Test func asManyAsItMayKeep() throws {
        let made = Made(plansMax: 2)
        for name in ["ls", "perl", "dash"] { _ = try made.plan("commands: { allow: [\(name)] }") }
        #expect(made.cache.count == 2)
        #expect(try made.isMade("commands: { allow: [ls] }"))
        #expect(try !made.isMade("commands: { allow: [dash] }"))
    }

    @Test func anErrorIsNotKept() throws {
        let made = Made()
        // No mount can protect a link.
        made.host.change { $0.link("/work/.mcp.json", to: "elsewhere") }
        #expect(throws: PlanError.self) { try made.plan() }
        #expect(made.cache.count == 0)
        made.host.change { $0.file("/work/.mcp.json") }
        #expect(try made.plan().plan.view.contains(.protect(path: "/work/.mcp.json")) || made.cache.count == 1)
    }
}

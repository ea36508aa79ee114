import Confinement
import Glibc
import LinuxSystem
import Sandbox
import TestSupport
import Testing

/// System calls that are refused are told of: which, how often, by whom; and nobody can make trouble by it.
@Suite(.enabled(if: Host.canJail, Host.reason), .timeLimit(.minutes(2)))
struct RefusedCallTests {
    private func refused(_ ran: Ran) -> [String: RefusedCall] {
        Dictionary(ran.outcome.refusedCalls.map { (SystemCalls.name(Int32($0.number)) ?? "?", $0) }) { first, _ in first
        }
    }

    private func attack(_ jail: JailUnderTest, _ arguments: String...) async throws -> Ran {
        try await jail.run(JailRun(program: Attacker.inside, arguments: ["attacks"] + arguments))
    }

    @Test(arguments: Starter.possible) func `Each is told of, with who was first`(_ starter: Starter) async throws {
        try await jailed(starter) { jail, _ in
            for (attack, call) in [
                ("mount", "mount"), ("user-namespace", "unshare"), ("keys", "add_key"), ("bpf", "bpf"),
                ("trace-child", "ptrace"), ("packet-socket", "socket"), ("cloned-namespace", "clone"),
                ("set-user-bit", "chmod"), ("own-listener", "seccomp"), ("type-letter", "ioctl"),
            ] {
                let ran = try await self.attack(jail, attack, "/tmp")
                let found = self.refused(ran)
                #expect(found[call]?.count == 1 && found.count == 1, "\(attack): \(ran.outcome.refusedCalls)")
                #expect(found[call]?.program == "attacks", "\(attack)")
            }
            let family = try await self.attack(jail, "packet-socket")
            #expect(family.outcome.refusedCalls.first?.arguments == [UInt64(AF_PACKET), UInt64(SOCK_RAW.rawValue)])
            #expect(family.output == "EAFNOSUPPORT\n")
            // Each run has its own.
            #expect(try await jail.shell("exit 3").outcome.refusedCalls.isEmpty)
        }
    }

    @Test func `What every program does is no refusal`() async throws {
        try await jailed { jail, workspace in
            let ran = try await jail.shell("ls / | cat; cp /etc/passwd x; id > y; sleep 0", in: workspace.path)
            #expect(ran.outcome.end == .exited(0))
            #expect(ran.outcome.refusedCalls.isEmpty, "\(ran.outcome)")
        }
    }

    /// A hundred thousand of them, beside others who want to get on.
    @Test func `Who is refused without end holds up nobody else, and takes no room`() async throws {
        try await jailed { jail, _ in
            let clock = MonotonicClock()
            let flood = Task(executorPreference: jail.loop) { try await self.attack(jail, "refused-often", "100000") }
            var others: [TimeSpan] = []
            for _ in 0..<20 {
                let began = clock.now()
                #expect(try await jail.shell("echo fine").output == "fine\n")
                others.append(clock.now() - began)
            }
            let ran = try await flood.value
            #expect(ran.outcome.end == .exited(0) && ran.output == "worked\n")
            #expect(refused(ran)["add_key"]?.count == 100_000 && ran.outcome.refusedCalls.count == 1)
            // Far more than a run takes; one that is held up by the flood would take seconds.
            #expect(others.sorted()[10] < .milliseconds(500))
        }
    }

    @Test func `More kinds than anybody writes down are bounded`() async throws {
        try await jailed { jail, _ in
            let ran = try await self.attack(jail, "refused-many")
            #expect(ran.outcome.end == .exited(0))
            #expect(ran.outcome.refusedCalls.count == 16)
        }
    }

    @Test func `It is told beside what rules on arguments refuse`() async throws {
        try await jailed { _, plan in
            let echo = try #require(NormalPath(realPath("/usr/bin/echo")).flatMap { SystemHost().file($0) })
            plan.programRules = [
                ProgramRules(
                    file: ExpectedFile(device: echo.device, inode: echo.inode), name: "echo",
                    rules: [ArgumentRule(number: 7, denies: true, .inOrder(["secret"], open: false))],
                    allowsOthers: true)
            ]
        } _: { jail, _ in
            let ran = try await jail.shell(
                "/usr/bin/echo secret; \(Attacker.inside) mount; \(Attacker.inside) trace-child")
            #expect(ran.outcome.refusedPrograms.map(\.rule) == [7])
            #expect(Set(refused(ran).keys) == ["mount", "ptrace"])
            #expect(ran.output == "EPERM\nEPERM\n")
        }
    }

    @Test func `Without reports the same calls are refused`() async throws {
        try await jailed(prepare: { _, plan in plan.reporting = CallReporting() }) { jail, _ in
            for (name, error) in KernelAttackTests.refused {
                let answer = try await jail.attack(name)
                #expect(answer == [error], "\(name)")
            }
        }
    }

    @Test(.enabled(if: File.exists("/usr/bin/python3"), "no Python here"))
    func `It is said in the policy's words`() async throws {
        try await PolicyJail.with("default") { jail in
            let compiled = jail.compiled
            let ran = try await jail.shell("python3 -c 'import socket; socket.socket(socket.AF_UNIX)'")
            let denials = compiled.denials(of: ran.outcome).filter { $0.layer == .syscall }
            #expect(ran.outcome.end != .exited(0))
            #expect(denials.contains { $0.detail.contains("`socket`(AF_UNIX)") }, "\(denials) \(ran.errors)")
            #expect(denials.first?.suggestion == "syscalls:\n  allow: [socket]")
        }
    }
}

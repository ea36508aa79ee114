import Confinement
import Sandbox
import Testing

@Suite struct CallDenialTests {
    private func denial(_ name: String, _ arguments: [UInt64] = [0, 0], _ policy: String = "") throws -> RunDenial {
        let number = try #require((Int32(0)..<1024).first { SystemCalls.name($0) == name })
        let call = RefusedCall(number: UInt32(number), count: 3, arguments: arguments, program: "tool")
        return try ImaginedMachine.debian.compile(policy).denial(call)
    }

    @Test func aCallThatAPolicyCouldAllow() throws {
        let denial = try denial("keyctl")
        #expect(denial.layer == .syscall && denial.rule == "syscalls.profile")
        #expect(denial.detail == "`tool` was refused `keyctl`, 3 times")
        #expect(denial.suggestion == "syscalls:\n  allow: [keyctl]")
        #expect(denial.place == nil)
        let chosen = try self.denial("keyctl", [0, 0], "syscalls: { profile: strict }")
        #expect(chosen.place?.line == 2)
    }

    @Test func aSocketIsNamedByItsFamily() throws {
        #expect(try denial("socket", [1, 1]).detail == "`tool` was refused `socket`(AF_UNIX), 3 times")
        #expect(try denial("socket", [99, 1]).detail.contains("(family 99)"))
    }

    @Test func aCallThatAPolicyDenies() throws {
        let denial = try denial("keyctl", [0, 0], "syscalls: { deny: [bpf, keyctl] }")
        #expect(denial.rule == "syscalls.deny[1]" && denial.place?.line == 2)
        #expect(denial.suggestion == nil)
    }

    /// What is suggested has to help.
    @Test(arguments: ["mount", "execveat", "unshare", "memfd_create"])
    func aCallThatNoPolicyCanGive(_ name: String) throws {
        let denial = try denial(name)
        #expect(denial.suggestion == nil && denial.rule == "syscalls.profile")
    }

    @Test func aRunThatEndsWellHasMissedNothing() throws {
        let compiled = try ImaginedMachine.debian.compile("")
        var outcome = JailOutcome(.exited(0))
        outcome.refusedCalls = [RefusedCall(number: 41, count: 1, arguments: [1, 1], program: "ls")]
        #expect(compiled.denials(of: outcome).isEmpty)
        outcome.end = .exited(1)
        #expect(compiled.denials(of: outcome).map(\.layer) == [.syscall])
    }
}

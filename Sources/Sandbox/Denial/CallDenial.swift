package import Confinement

/// The rules of a policy on system calls, as denials name them.
package struct PlannedCallRules: Sendable, Equatable {
    /// Where the profile is chosen; nil where it is the one that a policy has without saying so.
    package var profile: RulePlace?
    /// `syscalls.deny`, by the call's name.
    package var denied: [String: DeniedCall] = [:]

    package struct DeniedCall: Sendable, Equatable {
        package let rule: String
        package let place: RulePlace
    }

    package init() {}

    init(_ rules: SyscallRules) {
        profile = rules.profile?.place
        for rule in rules.deny { denied[rule.value] = DeniedCall(rule: rule.name, place: rule.place) }
    }
}

extension CompiledPolicy {
    /// What a run was refused, in the words of the policy. Calls that a program could do without are no denial: much of what is
    /// asked for is only tried, and a run that ends well has missed nothing.
    package func denials(of outcome: JailOutcome) -> [RunDenial] {
        outcome.refusedPrograms.map(denial)
            + (outcome.end == .exited(0) ? [] : outcome.refusedCalls.map(denial))
    }

    package func denial(_ call: RefusedCall) -> RunDenial {
        let name = SystemCalls.name(Int32(clamping: call.number)) ?? "system call \(call.number)"
        let who = call.program.isEmpty ? "a program" : "`\(call.program)`"
        let often = call.count > 1 ? ", \(call.count) times" : ""
        let what = "\(who) was refused `\(name)`\(Self.meaning(name, call))\(often)"
        if let rule = callRules.denied[name] {
            return RunDenial(.syscall, rule: rule.rule, place: rule.place, detail: what)
        }
        func denial(_ why: String, _ suggestion: String?) -> RunDenial {
            RunDenial(
                .syscall, rule: "syscalls.profile", place: callRules.profile, detail: what + why, suggestion: suggestion
            )
        }
        if let why = SeccompFilter.never[name] { return denial("; no policy can allow it: \(why)", nil) }
        if !plan.programRules.isEmpty, name == "ptrace" || name == "process_vm_writev" {
            return denial("; rules on arguments take it away", nil)
        }
        if SystemCallGroups.administrative.contains(name) {
            return denial("; it needs privileges that no run has", nil)
        }
        return denial("", "syscalls:\n  allow: [\(name)]")
    }

    /// What was wanted, where the name alone says little.
    private static func meaning(_ name: String, _ call: RefusedCall) -> String {
        guard name == "socket", let family = call.arguments.first else { return "" }
        let known: [UInt64: String] = [
            1: "AF_UNIX", 2: "AF_INET", 10: "AF_INET6", 16: "AF_NETLINK", 17: "AF_PACKET", 38: "AF_ALG", 40: "AF_VSOCK",
        ]
        return "(\(known[family & 0xffff_ffff] ?? "family \(family & 0xffff_ffff)"))"
    }
}

internal import Confinement

/// Which refusals are worth a word: of calls that do something for somebody, and that neither the C library nor the birth of a run
/// uses. A question stops its caller for some microseconds and wants the run's first process; an error costs nothing.
enum ReportedCalls {
    /// What the first process itself needs for following others: these are asked about by their arguments, or not at all.
    private static let ofOurs: Set<String> = ["ptrace", "process_vm_readv"]

    private static let names = SystemCallGroups.privileged.union(SystemCallGroups.tracing)
        .union(SystemCallGroups.sockets).union(SystemCallGroups.sharing).union(SystemCallGroups.watching)
        .subtracting(ofOurs)

    /// PTRACE_TRACEME and PTRACE_ATTACH: how debuggers begin. PTRACE_SEIZE and PTRACE_DETACH are ours.
    private static let debugging = [0, 16].map {
        SystemCallRule("ptrace", .refuse(ArgumentRules.Errno.notPermitted), .init(0, 0xffff_ffff, $0))
    }
    private static let following = [0x4206, 17].map {
        SystemCallRule("ptrace", .refuse(ArgumentRules.Errno.notPermitted), .init(0, 0xffff_ffff, $0))
    }

    /// What is asked about, of a filter's lists.
    static func questions(_ lists: SystemCallLists) -> [SystemCallRule] {
        let refused = SystemCallRule.Action.refuse(ArgumentRules.Errno.notPermitted)
        return lists.refused.subtracting(lists.allowed).intersection(names).sorted().map { SystemCallRule($0, refused) }
            + lists.conditional.filter { $0.action != .allow && !$0.isQuiet }
            + (lists.refused.contains("ptrace") ? debugging : [])
    }

    /// The same lists where what is asked about may pass.
    static func passing(_ lists: SystemCallLists) -> SystemCallLists {
        var result = lists
        let asked = lists.refused.subtracting(lists.allowed).intersection(names)
        result.allowed.formUnion(asked)
        result.refused.subtract(asked)
        result.conditional = lists.conditional.map { rule in
            var rule = rule
            if !rule.isQuiet { rule.action = .allow }
            return rule
        }
        if lists.refused.contains("ptrace") {
            result.refused.remove("ptrace")
            result.conditional += following
            result.conditional += debugging.map { rule in
                var rule = rule
                rule.action = .allow
                return rule
            }
        }
        return result
    }

    /// Those that are not answered with EPERM.
    static func errors(_ questions: [SystemCallRule]) -> [CallReporting.CallError] {
        var found: [UInt32: UInt16] = [:]
        for rule in questions {
            guard case .refuse(let code) = rule.action, code != ArgumentRules.Errno.notPermitted,
                case .here(let number) = SystemCalls.number(rule.name)
            else { continue }
            found[UInt32(number)] = code
        }
        return found.sorted { $0.key < $1.key }.map { CallReporting.CallError(number: $0.key, code: $0.value) }
    }
}

/// Which system calls a policy starts from; `syscalls.allow` and `syscalls.deny` change it.
package enum SeccompProfile: String, Sendable, CaseIterable {
    /// What compilers, interpreters, test suites and git use.
    case `default`
    /// Programs that read and write files and start others: no network, no shared memory between strangers, no watching.
    case strict
    /// With sockets by path, debuggers and the routing socket: for a machine that is itself a sandbox.
    case wide
}

/// The calls of a filter by what becomes of them. What is in none of the lists answers as a kernel would that does not
/// have it.
struct SystemCallLists {
    var allowed: Set<String> = []
    /// Known, and refused with an error that says so.
    var refused: Set<String> = []
    /// Those that depend on their arguments.
    var conditional: [SystemCallRule] = []

    /// For programs of ours: theirs, and all others that are known are refused.
    static let worker: SystemCallLists = {
        var lists = SystemCallLists(.wide)
        let known = lists.allowed.union(lists.refused).union(lists.conditional.map(\.name))
        lists.allowed = WorkerCalls.allowed
        lists.conditional = WorkerCalls.conditional
        lists.refused = known.subtracting(lists.allowed).subtracting(lists.conditional.map(\.name))
        return lists
    }()

    /// What a policy adds and takes away; that wins. Whoever names a call means it with any arguments.
    mutating func change(allow: Set<String>, deny: Set<String>) {
        allowed.formUnion(allow)
        allowed.subtract(deny)
        refused.subtract(allow)
        refused.formUnion(deny)
        conditional.removeAll { allowed.contains($0.name) || deny.contains($0.name) }
    }

    init(_ profile: SeccompProfile) {
        allowed = SystemCallGroups.basic
        refused = SystemCallGroups.privileged.union(SystemCallGroups.tracing)
        conditional = ArgumentRules.always
        switch profile {
        case .strict:
            conditional += ArgumentRules.sockets(families: [], refused: ArgumentRules.allFamilies)
            refused.formUnion(SystemCallGroups.sharing)
            refused.formUnion(SystemCallGroups.watching)
        case .default:
            allowed.formUnion(SystemCallGroups.sockets)
            allowed.formUnion(SystemCallGroups.sharing)
            allowed.formUnion(SystemCallGroups.watching)
            conditional += ArgumentRules.sockets(families: ArgumentRules.internet)
        case .wide:
            allowed.formUnion(SystemCallGroups.sockets)
            allowed.formUnion(SystemCallGroups.sharing)
            allowed.formUnion(SystemCallGroups.watching)
            allowed.formUnion(SystemCallGroups.tracing)
            refused.subtract(SystemCallGroups.tracing)
            conditional += ArgumentRules.sockets(families: ArgumentRules.internet + [.unix, .netlink])
        }
    }
}

/// What namespaces hold elsewhere, where there are none: the calls that reach others by something that is no file, and those
/// that Landlock does not see.
extension SystemCallLists {
    mutating func guardOthers(_ profile: SeccompProfile) {
        refuse(SystemCallGroups.sharing.union(SystemCallGroups.watching).union(SystemCallGroups.attributesByPath))
        let replaced = Set(["socket"] + ArgumentRules.ofOthers.map(\.name))
        allowed.subtract(replaced)
        conditional.removeAll { replaced.contains($0.name) }
        conditional += ArgumentRules.ofOthers
        // A network is a namespace too; and sockets by path belong to whoever made them.
        conditional += ArgumentRules.sockets(families: profile == .wide ? [.unix] : [])
    }

    mutating func refuse(_ calls: Set<String>) {
        allowed.subtract(calls)
        refused.formUnion(calls)
        conditional.removeAll { calls.contains($0.name) }
    }
}

extension SystemCallGroups {
    /// Owner, mode, times and attributes of a file by its name: Landlock lets anybody change them everywhere. By a descriptor they
    /// can be changed where the file may be opened.
    static let attributesByPath: Set<String> = [
        "chmod", "chown", "fchmodat", "fchmodat2", "fchownat", "futimesat", "lchown", "lremovexattr", "lsetxattr",
        "removexattr", "removexattrat", "setxattr", "setxattrat", "utime", "utimes",
    ]
}

extension ArgumentRules {
    /// Of oneself they may be changed: process or thread number 0; and times by a descriptor, without a name.
    static let ofOthers =
        [
            "prlimit64", "sched_setaffinity", "sched_setattr", "sched_setparam", "sched_setscheduler",
        ].map { Rule($0, .allow, Condition(0, 0xffff_ffff, 0)) } + [
            Rule("setpriority", .allow, Condition(1, 0xffff_ffff, 0)),
            Rule("utimensat", .allow, Condition(1, .max, 0)),
        ]
}

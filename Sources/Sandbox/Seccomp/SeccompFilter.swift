internal import CSeccomp

/// The filter program of a policy, as bytes that any process can install. Made once for a policy; a foreign architecture's
/// calls kill, numbers outside of the lists answer ENOSYS, so that programs fall back to older ways.
package struct SeccompFilter: Sendable, Hashable {
    /// struct sock_filter[]
    package let bytes: [UInt8]

    private static let noSystemCall: UInt16 = 38
    /// BPF_MAXINSNS of eight bytes.
    private static let bytesMax = 4096 * 8

    /// - `allow`, `deny`: what a policy adds to the profile and takes from it; deny wins.
    /// - `isAmongOthers`: no namespace stands between a run and the host's processes, queues and sockets.
    package init(
        _ profile: SeccompProfile, allow: [String] = [], deny: [String] = [], isAmongOthers: Bool = false
    ) throws(SeccompError) {
        for name in allow + deny where SystemCalls.number(name) == .unknown { throw .unknownCall(name) }
        for name in allow { if let why = Self.never[name] { throw .unsafeCall(name, why: why) } }
        var lists = SystemCallLists(profile)
        if isAmongOthers { lists.guardOthers(profile) }
        let denied = Set(deny)
        lists.allowed.formUnion(allow)
        lists.allowed.subtract(denied)
        lists.refused.subtract(allow)
        lists.refused.formUnion(denied)
        // Whoever names a call means it with any arguments.
        lists.conditional.removeAll { lists.allowed.contains($0.name) || denied.contains($0.name) }
        bytes = try Self.compile(lists)
    }

    /// Those that undo the rest, whatever a policy says.
    private static let never: [String: String] = [
        "io_uring_setup": "what is done through a ring passes by this filter",
        "io_uring_enter": "what is done through a ring passes by this filter",
        "io_uring_register": "what is done through a ring passes by this filter",
        "execveat": "it runs programs out of memory, which no rule on paths sees",
        "memfd_create": "it is allowed already, for memory that cannot be executed",
        "clone3": "its flags cannot be looked at; `clone` is allowed, without new namespaces",
    ]

    private static func compile(_ lists: SystemCallLists) throws(SeccompError) -> [UInt8] {
        guard let context = unsafe seccomp_init(cseccomp_errno(noSystemCall)) else {
            throw .library("seccomp_init", code: -1)
        }
        defer { unsafe seccomp_release(context) }
        // The kernel wants the bit of no_new_privs, not the filter; and a tree is shorter than a list.
        try unsafe check("seccomp_attr_set", seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2))
        try unsafe check(
            "seccomp_attr_set", seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, cseccomp_kill_process()))
        for name in lists.allowed.sorted() { try unsafe add(context, SystemCallRule(name, .allow)) }
        for name in lists.refused.subtracting(lists.allowed).sorted() {
            try unsafe add(context, SystemCallRule(name, .refuse(ArgumentRules.Errno.notPermitted)))
        }
        for rule in lists.conditional { try unsafe add(context, rule) }
        return try unsafe export(context)
    }

    @unsafe private static func add(_ context: scmp_filter_ctx, _ rule: SystemCallRule) throws(SeccompError) {
        guard case .here(let number) = SystemCalls.number(rule.name) else { return }
        let action =
            switch rule.action {
            case .allow: cseccomp_allow()
            case .refuse(let code): cseccomp_errno(code)
            }
        // One argument may be looked at once in a rule: conditions on the same one become one.
        var merged: [UInt32: (mask: UInt64, value: UInt64)] = [:]
        for condition in rule.conditions {
            let before = merged[condition.argument] ?? (0, 0)
            merged[condition.argument] = (before.mask | condition.mask, before.value | condition.value)
        }
        let comparisons = merged.sorted { $0.key < $1.key }.map { argument, condition in
            scmp_arg_cmp(
                arg: argument, op: SCMP_CMP_MASKED_EQ, datum_a: condition.mask, datum_b: condition.value)
        }
        try unsafe check(
            "seccomp_rule_add \(rule.name)",
            seccomp_rule_add_array(context, action, number, UInt32(comparisons.count), comparisons))
    }

    @unsafe private static func export(_ context: scmp_filter_ctx) throws(SeccompError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe cseccomp_export(context, $0.baseAddress, $0.count)
        }
        if count <= 0 || count > bytesMax || count % 8 != 0 {
            throw .library("seccomp_export_bpf", code: Int32(clamping: count))
        }
        return Array(bytes[..<count])
    }

    private static func check(_ call: String, _ result: Int32) throws(SeccompError) {
        if result < 0 { throw .library(call, code: result) }
    }
}

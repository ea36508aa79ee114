internal import CSeccomp
package import Confinement
internal import Synchronization

/// The filter program of a policy, as bytes that any process can install. Made once for a policy; a foreign architecture's
/// calls kill, numbers outside of the lists answer ENOSYS, so that programs fall back to older ways.
package struct SeccompFilter: Sendable, Hashable {
    /// struct sock_filter[]
    package let bytes: [UInt8]
    /// The same for runs whose refused calls are reported; empty where libseccomp, or the kernel below it, cannot ask.
    package let reporting: CallReporting

    private static let noSystemCall: UInt16 = 38
    /// BPF_MAXINSNS of eight bytes.
    private static let bytesMax = 4096 * 8

    /// - `allow`, `deny`: what a policy adds to the profile and takes from it; deny wins.
    /// - `isAmongOthers`: no namespace stands between a run and the host's processes, queues and sockets.
    package init(
        _ profile: SeccompProfile, allow: [String] = [], deny: [String] = [], isAmongOthers: Bool = false
    ) throws(SeccompError) {
        try Self.check(allow: allow, deny: deny)
        self = try Self.remembered(
            Wish(profile: profile, isAmongOthers: isAmongOthers, allow: Set(allow), deny: Set(deny)))
    }

    private struct Wish: Hashable {
        /// nil: for a worker.
        let profile: SeccompProfile?
        var isAmongOthers = false
        let allow: Set<String>
        let deny: Set<String>
    }

    /// A few milliseconds each, and few policies.
    private static let made = Mutex<[Wish: SeccompFilter]>([:])
    private static let madeMax = 64

    private static func remembered(_ wish: Wish) throws(SeccompError) -> SeccompFilter {
        if let known = made.withLock({ $0[wish] }) { return known }
        var lists = wish.profile.map { SystemCallLists($0) } ?? .worker
        if wish.isAmongOthers {
            if let profile = wish.profile {
                lists.guardOthers(profile)
            } else {
                lists.refuse(SystemCallGroups.attributesByPath)
            }
        }
        lists.change(allow: wish.allow, deny: wish.deny)
        let filter = SeccompFilter(
            bytes: try compile(lists),
            reporting: wish.profile == nil ? CallReporting() : (try? report(lists)) ?? CallReporting())
        made.withLock { made in
            if made.count >= madeMax { made = [:] }
            made[wish] = filter
        }
        return filter
    }

    private init(bytes: [UInt8], reporting: CallReporting) {
        self.bytes = bytes
        self.reporting = reporting
    }

    private static func report(_ lists: SystemCallLists) throws(SeccompError) -> CallReporting {
        let questions = ReportedCalls.questions(lists)
        var result = CallReporting()
        result.filter = try compile(ReportedCalls.passing(lists))
        result.errors = ReportedCalls.errors(questions)
        result.questions = try unsafe compile(otherwise: cseccomp_allow()) { context throws(SeccompError) in
            for rule in questions { try unsafe add(context, rule, as: cseccomp_notify()) }
        }
        return result
    }

    /// For a program of ours that stays and serves requests (`WorkerCalls`). A policy takes from it and adds nothing; what
    /// the start itself needs is not a policy's to take.
    package init(workerDenying deny: [String], isAmongOthers: Bool = false) throws(SeccompError) {
        try Self.check(allow: [], deny: deny)
        self = try Self.remembered(
            Wish(profile: nil, isAmongOthers: isAmongOthers, allow: [], deny: Set(deny).subtracting(["execve"])))
    }

    /// That such calls exist, and that nothing says why they cannot be allowed.
    static func check(allow: [String], deny: [String] = []) throws(SeccompError) {
        for name in allow + deny where SystemCalls.number(name) == .unknown { throw .unknownCall(name) }
        for name in allow { if let why = never[name] { throw .unsafeCall(name, why: why) } }
    }

    /// Those that undo the rest, whatever a policy says.
    static let never: [String: String] = [
        "io_uring_setup": "what is done through a ring passes by this filter",
        "io_uring_enter": "what is done through a ring passes by this filter",
        "io_uring_register": "what is done through a ring passes by this filter",
        "execveat": "it runs programs out of memory, which no rule on paths sees",
        "memfd_create": "it is allowed already, for memory that cannot be executed",
        "clone3": "its flags cannot be looked at; `clone` is allowed, without new namespaces",
    ]

    private static func compile(_ lists: SystemCallLists) throws(SeccompError) -> [UInt8] {
        try unsafe compile(otherwise: cseccomp_errno(noSystemCall)) { context throws(SeccompError) in
            for name in lists.allowed.sorted() { try unsafe add(context, SystemCallRule(name, .allow)) }
            for name in lists.refused.subtracting(lists.allowed).sorted() {
                try unsafe add(context, SystemCallRule(name, .refuse(ArgumentRules.Errno.notPermitted)))
            }
            for rule in lists.conditional { try unsafe add(context, rule) }
        }
    }

    @unsafe private static func compile(
        otherwise: UInt32, _ fill: (scmp_filter_ctx) throws(SeccompError) -> Void
    ) throws(SeccompError) -> [UInt8] {
        guard let context = unsafe seccomp_init(otherwise) else {
            throw .library("seccomp_init", code: -1)
        }
        defer { unsafe seccomp_release(context) }
        // The kernel wants the bit of no_new_privs, not the filter; and a tree is shorter than a list.
        try unsafe check("seccomp_attr_set", seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2))
        try unsafe check(
            "seccomp_attr_set", seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, cseccomp_kill_process()))
        try unsafe fill(context)
        return try unsafe export(context)
    }

    /// - `action`: instead of the rule's own.
    @unsafe private static func add(
        _ context: scmp_filter_ctx, _ rule: SystemCallRule, as action: UInt32? = nil
    ) throws(SeccompError) {
        guard case .here(let number) = SystemCalls.number(rule.name) else { return }
        let own =
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
            seccomp_rule_add_array(context, action ?? own, number, UInt32(comparisons.count), comparisons))
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

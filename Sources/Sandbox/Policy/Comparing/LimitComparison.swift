internal import LinuxSystem
internal import YAML

/// Limits of two policies: the higher one allows more, and none at all allows most.
struct LimitComparison {
    private(set) var onlySecond: [PolicyGrant] = []
    private(set) var onlyFirst: [PolicyGrant] = []
    private let tool: String?

    init(tool: String?, _ first: LimitRules, _ second: LimitRules) {
        self.tool = tool
        compare("wall", first.wall?.value, second.wall?.value, \.description)
        compare("cpu", first.cpu?.value, second.cpu?.value, \.description)
        compare("memory", first.memory?.value, second.memory?.value, ByteCount.describe)
        compare("processes", first.processes?.value, second.processes?.value) { String($0) }
        compare("open_files", first.openFiles?.value, second.openFiles?.value) { String($0) }
        compare("file_size", first.fileSize?.value, second.fileSize?.value, ByteCount.describe)
        compare("output", first.output?.value, second.output?.value) { String($0) }
        compare("runs_per_minute", first.runsPerMinute?.value, second.runsPerMinute?.value) { String($0) }
        compare("concurrent", first.concurrent?.value, second.concurrent?.value) { String($0) }
    }

    private mutating func compare<Value: Comparable>(
        _ name: String, _ first: Value?, _ second: Value?, _ text: (Value) -> String
    ) {
        if first == second { return }
        let isSecondHigher = second.map { second in first.map { second > $0 } ?? false } ?? true
        let (more, less) = isSecondHigher ? (second, first) : (first, second)
        let what = "\(name) \(more.map(text) ?? "without limit") instead of \(less.map(text) ?? "no limit")"
        let grant = PolicyGrant(tool: tool, kind: .limit, what: what)
        if isSecondHigher { onlySecond.append(grant) } else { onlyFirst.append(grant) }
    }
}

/// Calls of the kernel: by the profile, and by name.
struct SyscallComparison {
    private(set) var onlySecond: [PolicyGrant] = []
    private(set) var onlyFirst: [PolicyGrant] = []

    init(_ first: SyscallRules, _ second: SyscallRules) {
        let profiles = [first, second].map { $0.profile?.value ?? .default }
        if profiles[0] != profiles[1] {
            let (wide, narrow) = (max(profiles[0], profiles[1]), min(profiles[0], profiles[1]))
            let what = "the calls of profile \(wide.rawValue) that \(narrow.rawValue) has not"
            let grant = PolicyGrant(kind: .syscall, what: what)
            if wide == profiles[1] { onlySecond.append(grant) } else { onlyFirst.append(grant) }
        }
        var seen: Set<String> = []
        let names = [first, second].flatMap { ($0.allow + $0.deny).map(\.value) }.filter { seen.insert($0).inserted }
        for name in names {
            let (before, after) = (Standing(name, first), Standing(name, second))
            let grant = PolicyGrant(kind: .syscall, what: name)
            if after > before { onlySecond.append(grant) }
            if after < before { onlyFirst.append(grant) }
        }
    }

    /// Whether the profile has a call is not known here.
    private enum Standing: Comparable {
        case denied, byProfile, allowed

        init(_ name: String, _ rules: SyscallRules) {
            let isNamed = { (list: [PolicyRule<String>]) in list.contains { $0.value == name } }
            self = isNamed(rules.deny) ? .denied : isNamed(rules.allow) ? .allowed : .byProfile
        }
    }
}

extension SyscallRules.Profile: Comparable {
    /// More calls are more.
    private var width: Int {
        switch self {
        case .strict: 0
        case .default: 1
        case .wide: 2
        }
    }

    package static func < (left: SyscallRules.Profile, right: SyscallRules.Profile) -> Bool { left.width < right.width }
}

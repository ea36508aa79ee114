internal import CJail
internal import Confinement

/// What every run of a jail is told alike, laid out once.
final class JailTables {
    /// For programs of others; made strict before the order comes, where the filter permits.
    private(set) var setup: cjail_setup
    /// For workers.
    let workerSetup: cjail_setup
    /// Then they are the same.
    let isForWorkersAlone: Bool
    /// What those point at.
    private let rules: PathRules
    private let strings: [CStrings]
    private let folders: FixedArray<cjail_folder>
    private let kept: FixedArray<cjail_kept>
    private let ports: FixedArray<UInt16>
    private let filters: [FixedArray<UInt8>]
    private let judgement: FixedArray<UInt8>
    private let questions: FixedArray<UInt8>
    private let errors: FixedArray<cjail_call_error>

    init(_ plan: JailPlan, _ rules: PathRules, kept mounts: [KeptMount], landlockVersion: Int32) {
        let names = CStrings(plan.freshFolders.map(\.path))
        let options = CStrings(plan.freshFolders.map { "size=\($0.bytes),nr_inodes=\($0.inodes),mode=1777" })
        let keptNames = CStrings(mounts.map(\.path))
        folders = FixedArray(
            plan.freshFolders.enumerated().map {
                cjail_folder(path: names[$0], options: options[$0], executable: $1.isExecutable ? 1 : 0)
            })
        kept = FixedArray(
            mounts.enumerated().map { cjail_kept(path: keptNames[$0], is_folder: $1.isFolder ? 1 : 0) })
        if case .own(let ports) = plan.network { self.ports = FixedArray(ports) } else { ports = FixedArray([]) }
        filters = [
            plan.filter, plan.workerFilter.isEmpty ? plan.filter : plan.workerFilter, plan.reporting.filter,
        ].map { FixedArray($0) }
        questions = FixedArray(plan.reporting.questions)
        errors = FixedArray(
            plan.reporting.errors.map { cjail_call_error(number: $0.number, error: Int32($0.code)) })
        judgement = FixedArray(plan.programRules.isEmpty ? [] : ProgramRules.encode(plan.programRules))
        strings = [names, options, keptNames]
        self.rules = rules
        let isApart = plan.isolation == .namespaces
        setup = cjail_setup(
            apart: isApart ? 1 : 0, folders: isApart ? folders.start : nil, folder_count: isApart ? folders.count : 0,
            kept: kept.start, kept_count: kept.count,
            rules: rules.raw.start, rule_count: rules.raw.count, ports: ports.start, port_count: ports.count,
            landlock_version: landlockVersion, guards_tcp: plan.network == .host ? 0 : 1, filter: nil, filter_count: 0,
            filter_first: 1, judgement: UnsafeRawPointer(judgement.start), judgement_bytes: judgement.count,
            executes_once: 0, questions: nil, question_count: 0, error_count: 0, errors: nil)
        var worker = setup
        worker.filter_first = 0
        if !plan.workerFilter.isEmpty {
            worker.executes_once = 1
            worker.judgement_bytes = 0
        }
        worker.set(filters[1])
        workerSetup = worker
        isForWorkersAlone = plan.isForWorkersAlone
        if isForWorkersAlone {
            setup = worker
            return
        }
        setup.set(filters[0])
        if plan.reporting.isEmpty || plan.filter.isEmpty { return }
        setup.questions = UnsafeRawPointer(questions.start)
        setup.question_count = UInt16(questions.count / JailPlan.instructionBytes)
        setup.errors = errors.start
        setup.error_count = UInt16(errors.count)
        setup.set(filters[2])
    }

    /// Each run has namespaces of its own.
    var isApart: Bool { setup.apart != 0 }

    /// Some filters forbid what is still to be done when the order comes.
    func installFilterLast() { setup.filter_first = 0 }

    /// Where nobody can be asked: refusals are the filter's own, and not known.
    func reportNoCalls() {
        setup.question_count = 0
        setup.filter_first = 1
        setup.set(filters[0])
    }

    var reportsCalls: Bool { setup.question_count > 0 }
}

extension cjail_setup {
    fileprivate mutating func set(_ bytes: FixedArray<UInt8>) {
        filter = UnsafeRawPointer(bytes.start)
        filter_count = UInt16(bytes.count / JailPlan.instructionBytes)
    }
}

internal import CJail
internal import Confinement
internal import LinuxSystem

/// Everything that a run's birth needs, laid out before it, because nothing can be made then.
struct RunStart {
    let jail: Jail
    let run: JailRun
    /// Processes of other runs, which count towards the same user.
    let processesElsewhere: UInt64
    var isRehearsal = false

    /// The run's first process as a pidfd, or the errno of a clone that failed.
    func start(streams: [Int32], report: Int32) -> Int {
        let arguments = CStrings(run.arguments)
        let environment = CStrings(run.environment.map { "\($0.key)=\($0.value)" })
        let names = CStrings([run.program, run.folder])
        let descriptors = FixedArray(streams)
        let limits = FixedArray(self.limits)
        let tables = jail.tables
        let filter = run.isWorker ? tables.workerFilter : tables.filter
        var raw = cjail_run()
        raw.program = names[0]
        raw.folder = names[1]
        raw.argv = UnsafePointer(arguments.array)
        raw.envp = UnsafePointer(environment.array)
        raw.descriptors = descriptors.start
        raw.descriptor_count = descriptors.count
        raw.report = report
        raw.rehearsal = isRehearsal ? 1 : 0
        raw.folders = tables.folders.start
        raw.folder_count = tables.folders.count
        raw.kept = tables.kept.start
        raw.kept_count = tables.kept.count
        raw.limits = limits.start
        raw.limit_count = limits.count
        raw.rules = jail.rules.raw.start
        raw.rule_count = jail.rules.raw.count
        raw.ports = tables.ports.start
        raw.port_count = tables.ports.count
        raw.landlock_version = jail.landlockVersion
        raw.guards_tcp = jail.guardsTCP ? 1 : 0
        raw.filter = UnsafeRawPointer(filter.start)
        raw.filter_count = UInt16(filter.count / JailPlan.instructionBytes)
        return withExtendedLifetime((arguments, environment, names, descriptors, limits)) { cjail_start(&raw) }
    }

    private var limits: [cjail_limit] {
        let limits = run.limits
        let given: [(cjail_resource, UInt64?)] = [
            (CJAIL_LIMIT_CPU, limits.cpuSeconds), (CJAIL_LIMIT_DATA, limits.memoryBytes),
            (CJAIL_LIMIT_ADDRESS_SPACE, limits.addressSpaceBytes), (CJAIL_LIMIT_FILE_SIZE, limits.fileBytes),
            (CJAIL_LIMIT_FILES, limits.openFiles),
            (CJAIL_LIMIT_PROCESSES, limits.processes.map { $0 &+ processesElsewhere }),
            // Nobody in a jail needs any of these.
            (CJAIL_LIMIT_CORE, 0), (CJAIL_LIMIT_MESSAGES, 0), (CJAIL_LIMIT_REALTIME, 0), (CJAIL_LIMIT_NICE, 0),
            (CJAIL_LIMIT_LOCKED_MEMORY, 64 << 10), (CJAIL_LIMIT_PENDING_SIGNALS, 4096),
        ]
        return given.compactMap { resource, value in
            value.map { cjail_limit(resource: cjail_resource_number(resource), value: $0) }
        }
    }
}

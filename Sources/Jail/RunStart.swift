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
        let folderNames = CStrings(jail.freshFolders.map(\.path))
        let folderOptions = CStrings(
            jail.freshFolders.map { "size=\($0.bytes),nr_inodes=\($0.inodes),mode=1777" })
        let folders = jail.freshFolders.indices.map {
            cjail_folder(path: folderNames[$0], options: folderOptions[$0])
        }
        return withExtendedLifetime((arguments, environment, names, folderNames, folderOptions)) {
            folders.withUnsafeBufferPointer { folders in
                limits.withUnsafeBufferPointer { limits in
                    ports.withUnsafeBufferPointer { ports in
                        jail.filter.withUnsafeBytes { filter in
                            var raw = cjail_run()
                            raw.program = names[0]
                            raw.folder = names[1]
                            raw.argv = UnsafePointer(arguments.array)
                            raw.envp = UnsafePointer(environment.array)
                            raw.stdio = (streams[0], streams[1], streams[2])
                            raw.report = report
                            raw.rehearsal = isRehearsal ? 1 : 0
                            raw.folders = folders.baseAddress
                            raw.folder_count = folders.count
                            raw.limits = limits.baseAddress
                            raw.limit_count = limits.count
                            raw.rules = UnsafePointer(jail.rules.raw.baseAddress)
                            raw.rule_count = jail.rules.raw.count
                            raw.ports = ports.baseAddress
                            raw.port_count = ports.count
                            raw.landlock_version = jail.landlockVersion
                            raw.guards_tcp = jail.network == .host ? 0 : 1
                            raw.filter = filter.baseAddress
                            raw.filter_count = UInt16(filter.count / JailPlan.instructionBytes)
                            return cjail_start(&raw)
                        }
                    }
                }
            }
        }
    }

    private var ports: [UInt16] { if case .own(let ports) = jail.network { ports } else { [] } }

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

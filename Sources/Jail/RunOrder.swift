internal import CJail
internal import Confinement

/// What one run is, laid out as the process that becomes it reads it.
struct RunOrder {
    private var head = cjail_order()
    private var strings: [UInt8] = []

    /// - `processesElsewhere`: those of other runs, which count towards the same user.
    init(_ run: JailRun, processesElsewhere: UInt64, isRehearsal: Bool = false) {
        add(run.program)
        add(run.folder)
        for argument in run.arguments { add(argument) }
        for (key, value) in run.environment { add("\(key)=\(value)") }
        head.string_bytes = UInt32(strings.count)
        head.argument_count = UInt32(run.arguments.count)
        head.variable_count = UInt32(run.environment.count)
        head.rehearsal = isRehearsal ? 1 : 0
        let limits = Self.limits(run.limits, processesElsewhere: processesElsewhere)
        head.limit_count = UInt32(limits.count)
        withUnsafeMutableBytes(of: &head.limits) { room in
            limits.withUnsafeBytes { room.copyMemory(from: $0) }
        }
    }

    private mutating func add(_ text: String) {
        strings += text.utf8
        strings.append(0)
    }

    func send(to orders: Int32, _ descriptors: [Int32]) -> Bool {
        var head = head
        head.descriptor_count = UInt32(descriptors.count)
        return cjail_give_order(orders, &head, strings, descriptors) == 0
    }

    private static func limits(_ limits: RunLimits, processesElsewhere: UInt64) -> [cjail_limit] {
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

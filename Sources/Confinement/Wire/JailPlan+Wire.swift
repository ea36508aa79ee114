extension JailPlan {
    package func encode() -> [UInt8] {
        var writer = WireWriter()
        writer.list(view) { $1.write(to: &$0) }
        writer.list(freshFolders) { writer, folder in
            writer.text(folder.path)
            writer.number(folder.bytes)
            writer.number(folder.inodes)
            writer.flag(folder.isExecutable)
        }
        writer.list(rules) { writer, rule in
            writer.text(rule.path)
            writer.number(rule.rights.rawValue)
        }
        writer.blob(filter)
        writer.blob(workerFilter)
        reporting.write(to: &writer)
        writer.blob(ProgramRules.encode(programRules))
        network.write(to: &writer)
        writer.number(required.rawValue)
        for id in [user.inside, user.insideGroup, user.outside, user.outsideGroup] { writer.number(id) }
        writer.list(user.exchanged) { $0.text($1) }
        writer.text(hostName)
        writer.flag(isolation == .rules)
        return writer.bytes
    }

    package init(decoding bytes: [UInt8]) throws(WireError) {
        var reader = WireReader(bytes)
        self.init()
        view = try reader.list(max: WireLimits.viewSteps, bytesEach: 6) { reader throws(WireError) in
            try ViewStep(from: &reader)
        }
        freshFolders = try reader.list(max: WireLimits.freshFolders, bytesEach: 21) { reader throws(WireError) in
            FreshFolder(
                path: try reader.path(), bytes: try reader.number(), inodes: try reader.number(),
                isExecutable: try reader.flag())
        }
        rules = try reader.list(max: WireLimits.rules, bytesEach: 8) { reader throws(WireError) in
            PathRule(try reader.path(), try reader.options(all: .all))
        }
        filter = try Self.readFilter(&reader)
        workerFilter = try Self.readFilter(&reader)
        reporting = try CallReporting(from: &reader)
        var rules = WireReader(try reader.blob(max: WireLimits.planBytes))
        programRules = try ProgramRules.decode(&rules)
        try rules.finish()
        network = try Network(from: &reader)
        required = try reader.options(all: .all)
        user.inside = try Self.readUser(&reader)
        user.insideGroup = try Self.readUser(&reader)
        user.outside = try Self.readUser(&reader)
        user.outsideGroup = try Self.readGroup(&reader)
        user.exchanged = try reader.list(max: WireLimits.viewSteps, bytesEach: 4) { reader throws(WireError) in
            try reader.path()
        }
        hostName = try reader.text(max: WireLimits.hostNameBytes)
        isolation = try reader.flag() ? .rules : .namespaces
        try checkIsolation()
        try reader.finish()
    }

    /// Without namespaces nothing can be laid over anything, and the only network would be the host's.
    private func checkIsolation() throws(WireError) {
        if isolation == .namespaces { return }
        for step in view {
            guard case .bind(let source, let target, _, _) = step, source == target else {
                throw WireError("a view in a plan that has none")
            }
        }
        if network != .none { throw WireError("a network in a plan that has none") }
        if filter.isEmpty { throw WireError("no filter, where it is half of what holds") }
    }

    /// struct sock_filter
    package static let instructionBytes = 8

    static func readFilter(_ reader: inout WireReader) throws(WireError) -> [UInt8] {
        let filter = try reader.blob(max: WireLimits.filterInstructions * instructionBytes)
        if filter.count % instructionBytes != 0 { throw WireError("a filter that ends inside of an instruction") }
        return filter
    }

    /// Root's group makes nobody root: there are hosts where every user is in it.
    private static func readGroup(_ reader: inout WireReader) throws(WireError) -> UInt32 {
        let id: UInt32 = try reader.number()
        if id == .max { throw WireError("nobody at all, as a group") }
        return id
    }

    private static func readUser(_ reader: inout WireReader) throws(WireError) -> UInt32 {
        let id: UInt32 = try reader.number()
        if id == 0 || id == .max { throw WireError("root, or nobody at all, as a user") }
        return id
    }
}

extension JailPlan.Network {
    fileprivate func write(to writer: inout WireWriter) {
        switch self {
        case .none: writer.number(UInt8(0))
        case .own(let ports):
            writer.number(UInt8(1))
            writer.list(ports) { $0.number($1) }
        case .host: writer.number(UInt8(2))
        }
    }

    fileprivate init(from reader: inout WireReader) throws(WireError) {
        switch try reader.number(UInt8.self) {
        case 0: self = .none
        case 1:
            self = .own(
                ports: try reader.list(max: WireLimits.ports, bytesEach: 2) { reader throws(WireError) in
                    try reader.number()
                })
        case 2: self = .host
        default: throw WireError("a network that nobody knows")
        }
    }
}

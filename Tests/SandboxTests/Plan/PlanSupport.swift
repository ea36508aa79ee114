import Confinement
import Sandbox
import TestSupport

/// A machine that is nowhere but here: files with their bytes, folders that follow from them, links.
struct ImaginedMachine: PlanHost {
    private enum Node: Sendable {
        case file([UInt8], executable: Bool)
        case folder
        case link(String)
    }

    private var nodes: [String: Node] = ["/": .folder]
    /// Root's, where nothing else is said, for everybody to read.
    var owners: [String: UInt32] = [:]
    var modes: [String: UInt32] = [:]

    mutating func folder(_ path: String) {
        guard nodes[path] == nil, let path = NormalPath(path) else { return }
        if path != .root { folder(path.parent.text) }
        nodes[path.text] = .folder
    }

    mutating func file(_ path: String, _ text: String = "", executable: Bool = false) {
        file(path, Array(text.utf8), executable: executable)
    }

    mutating func file(_ path: String, _ bytes: [UInt8], executable: Bool = false) {
        if let path = NormalPath(path) { folder(path.parent.text) }
        nodes[path] = .file(bytes, executable: executable)
    }

    mutating func program(_ path: String, needs: [String] = [], searchPath: String? = nil) {
        file(path, ELFBytes.make(interpreter: "/lib64/ld.so.2", needs: needs, searchPath: searchPath), executable: true)
    }

    mutating func library(_ path: String, needs: [String] = []) {
        file(path, ELFBytes.make(interpreter: nil, needs: needs))
    }

    mutating func link(_ path: String, to target: String) {
        if let path = NormalPath(path) { folder(path.parent.text) }
        nodes[path] = .link(target)
    }

    func linkTarget(_ path: NormalPath) -> String? {
        if case .link(let target)? = nodes[path.text] { target } else { nil }
    }

    private func node(_ path: NormalPath) -> (path: NormalPath, node: Node)? {
        guard let resolved = resolve(path), let node = nodes[resolved.text] else { return nil }
        return (resolved, node)
    }

    func kind(_ path: NormalPath) -> HostFileKind? {
        switch node(path)?.node {
        case .file: .file
        case .folder: .folder
        case .link, nil: nil
        }
    }

    func isExecutable(_ path: NormalPath) -> Bool {
        if case .file(_, executable: true)? = node(path)?.node { true } else { false }
    }

    func file(_ path: NormalPath) -> HostFile? {
        guard let found = node(path), let kind = kind(path) else { return nil }
        return HostFile(
            kind: kind, device: 1, inode: UInt64(found.path.text.utf8.reduce(5381) { ($0 &* 33) ^ UInt64($1) }),
            size: size(found.node), modifiedNanoseconds: 0, changedNanoseconds: 0, owner: owners[found.path.text] ?? 0,
            group: 0,
            mode: modes[found.path.text] ?? 0o755)
    }

    private func size(_ node: Node) -> Int { if case .file(let bytes, _) = node { bytes.count } else { 0 } }

    func bytes(of path: NormalPath, from offset: Int, count: Int) -> [UInt8]? {
        guard case .file(let bytes, _)? = node(path)?.node, offset >= 0, count >= 0, offset <= bytes.count else {
            return nil
        }
        return Array(bytes[offset...].prefix(count))
    }

    func entries(of folder: NormalPath) -> [HostEntry]? {
        guard let found = node(folder), case .folder = found.node else { return nil }
        return nodes.compactMap { text, node in
            guard let path = NormalPath(text), path != .root, path.parent == found.path else { return nil }
            let kind: HostEntry.Kind =
                switch node {
                case .file: .file
                case .folder: .folder
                case .link: .link
                }
            return HostEntry(name: path.name, kind: kind)
        }.sorted { $0.name < $1.name }
    }

    /// A small Debian: /bin and /lib64 are links into /usr, a shell, a C library, a loader.
    static let debian: ImaginedMachine = {
        var machine = ImaginedMachine()
        machine.link("/bin", to: "usr/bin")
        machine.link("/lib", to: "usr/lib")
        machine.link("/lib64", to: "usr/lib64")
        machine.link("/usr/lib64/ld.so.2", to: "../lib/x86_64-linux-gnu/ld-linux.so.2")
        machine.library("/usr/lib/x86_64-linux-gnu/ld-linux.so.2")
        machine.library("/usr/lib/x86_64-linux-gnu/libc.so.6")
        machine.library("/usr/lib/x86_64-linux-gnu/libtinfo.so.6", needs: ["libc.so.6"])
        machine.program("/usr/bin/bash", needs: ["libtinfo.so.6", "libc.so.6"])
        machine.link("/usr/bin/sh", to: "dash")
        machine.program("/usr/bin/dash", needs: ["libc.so.6"])
        machine.program("/usr/bin/ls", needs: ["libc.so.6"])
        machine.program("/usr/bin/perl", needs: ["libc.so.6"])
        machine.folder("/work")
        machine.folder("/home/me")
        return machine
    }()
}

/// The smallest file that says what it needs.
enum ELFBytes {
    static func make(interpreter: String?, needs: [String], searchPath: String? = nil, machine: UInt16 = 62) -> [UInt8]
    {
        var strings: [UInt8] = [0]
        func place(_ text: String) -> UInt64 {
            defer { strings += Array(text.utf8) + [0] }
            return UInt64(strings.count)
        }
        var dynamic: [(UInt64, UInt64)] = needs.map { (1, place($0)) }
        if let searchPath { dynamic.append((29, place(searchPath))) }
        let interpreterBytes: [UInt8] = interpreter.map { Array($0.utf8) + [0] } ?? []
        let segments = interpreter == nil ? 2 : 3
        let dynamicAt = UInt64(64 + segments * 56)
        let dynamicBytes = UInt64((dynamic.count + 3) * 16)
        let stringsAt = dynamicAt + dynamicBytes
        let interpreterAt = stringsAt + UInt64(strings.count)
        dynamic += [(5, 0x1000 + stringsAt), (10, UInt64(strings.count)), (0, 0)]
        let total = interpreterAt + UInt64(interpreterBytes.count)
        var bytes: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
        bytes += number(3, 2) + number(UInt64(machine), 2) + number(1, 4) + number(0, 8) + number(64, 8) + number(0, 8)
        bytes += number(0, 4) + number(64, 2) + number(56, 2) + number(UInt64(segments), 2) + number(0, 6)
        func segment(_ type: UInt64, _ offset: UInt64, _ count: UInt64) -> [UInt8] {
            number(type, 4) + number(4, 4) + number(offset, 8) + number(0x1000 + offset, 8) + number(0x1000 + offset, 8)
                + number(count, 8) + number(count, 8) + number(8, 8)
        }
        bytes += segment(1, 0, total) + segment(2, dynamicAt, dynamicBytes)
        if interpreter != nil { bytes += segment(3, interpreterAt, UInt64(interpreterBytes.count)) }
        for (tag, value) in dynamic { bytes += number(tag, 8) + number(value, 8) }
        return bytes + strings + interpreterBytes
    }

    private static func number(_ value: UInt64, _ width: Int) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64(min($0, 7)))) }
    }
}

extension ImaginedMachine {
    /// A policy, compiled for Bash in /work.
    func compile(
        _ text: String, tool: String = "Bash", settings: PlanSettings = PlanSettings()
    ) throws -> CompiledPolicy {
        try PolicyCompiler.compile(
            Sample.policy(text), tool: tool, variables: Sample.variables, host: self, settings: settings)
    }
}

extension CompiledPolicy {
    /// What is mounted on a path, last: "exec", "read", "write" and the like; nil when nothing is.
    func mount(_ path: String) -> MountRestrictions? {
        plan.view.reversed().lazy.compactMap { step -> MountRestrictions? in
            if case .bind(_, path, let restrictions, _) = step { restrictions } else { nil }
        }.first
    }

    func link(_ path: String) -> String? {
        plan.view.lazy.compactMap { if case .link(path, let target) = $0 { target } else { nil } }.first
    }

    func rights(_ path: String) -> PathRights? { plan.rules.last { $0.path == path }?.rights }

    /// Paths that may be executed by Landlock.
    var executable: Set<String> { Set(plan.rules.filter { $0.rights.contains(.execute) }.map(\.path)) }
}

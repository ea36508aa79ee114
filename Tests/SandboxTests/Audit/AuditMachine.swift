import Sandbox

/// An imagined machine with the details that only an audit asks for.
struct AuditMachine: AuditHost {
    var machine = ImaginedMachine.debian
    /// Beside what the machine's files say of themselves.
    var details: [String: HostFileDetails] = [:]
    var special: [String: HostFileDetails.Kind] = [:]
    var workspaceType = "ext4"
    /// A folder with as many entries beside its own.
    var crowd: (folder: String, count: Int)?

    /// Programs of these names, in /usr/bin.
    mutating func programs(_ names: String) {
        for name in names.split(separator: " ") { machine.program("/usr/bin/\(name)", needs: ["libc.so.6"]) }
    }

    mutating func mode(_ path: String, _ mode: UInt32) {
        guard var known = NormalPath(path).flatMap({ details($0) }) else { return }
        known.mode = mode
        details[path] = known
    }

    func details(_ path: NormalPath) -> HostFileDetails? {
        if let known = details[path.text] { return known }
        if let kind = special[path.text] { return HostFileDetails(kind: kind, inode: 7, mode: 0o600) }
        if machine.linkTarget(path) != nil { return HostFileDetails(kind: .link, inode: 8, mode: 0o777) }
        guard let file = machine.file(path) else { return nil }
        return HostFileDetails(
            kind: file.kind == .folder ? .folder : .file, inode: file.inode, owner: file.owner, mode: file.mode)
    }

    func fileSystem(at path: NormalPath) -> String? { path.text.hasPrefix("/work") ? workspaceType : "ext4" }
    func knowsSystemCall(_ name: String) -> Bool { ["ptrace", "mount", "bpf"].contains(name) }

    func linkTarget(_ path: NormalPath) -> String? { machine.linkTarget(path) }
    func kind(_ path: NormalPath) -> HostFileKind? { special[path.text] != nil ? .other : machine.kind(path) }
    func isExecutable(_ path: NormalPath) -> Bool { machine.isExecutable(path) }
    func file(_ path: NormalPath) -> HostFile? { machine.file(path) }
    func bytes(of path: NormalPath, from offset: Int, count: Int) -> [UInt8]? {
        machine.bytes(of: path, from: offset, count: count)
    }
    func entries(of folder: NormalPath) -> [HostEntry]? {
        let own = special.keys.compactMap { NormalPath($0) }.filter { $0.parent == folder }
        let crowd = crowd.map { $0.folder == folder.text ? $0.count : 0 } ?? 0
        return machine.entries(of: folder).map { entries in
            entries + own.map { HostEntry(name: $0.name, kind: .other) }
                + (0..<crowd).map { HostEntry(name: "e\($0)", kind: .link) }
        }
    }

    /// A Debian with the usual programs of developers, their links included.
    static let usual: AuditMachine = {
        var machine = AuditMachine()
        machine.programs(
            "cat cp mv rm ln tee dd touch install find xargs env nice nohup timeout tar sed sort split rg git make gcc-12 g++-12 "
                + "mawk node python3.11 jq less ssh rsync curl npm mount id date time grep zip")
        for (link, target) in [
            ("/usr/bin/gcc", "gcc-12"), ("/usr/bin/cc", "/etc/alternatives/cc"),
            ("/etc/alternatives/cc", "/usr/bin/gcc"),
            ("/usr/bin/python3", "python3.11"), ("/usr/bin/awk", "/etc/alternatives/awk"),
            ("/etc/alternatives/awk", "/usr/bin/mawk"),
        ] { machine.machine.link(link, to: target) }
        machine.mode("/usr/bin/mount", 0o4755)
        for folder in [
            "/usr/lib64", "/usr/libexec", "/usr/include", "/usr/share", "/usr/local/bin", "/usr/local/lib",
            "/etc/ssl/certs",
            "/work/.git/hooks", "/home/me/.ssh",
        ] { machine.machine.folder(folder) }
        for file in [
            "/work/README.md", "/work/.git/config", "/home/me/.ssh/id_ed25519", "/home/me/.gitconfig", "/etc/passwd",
        ] {
            machine.machine.file(file, "x")
        }
        return machine
    }()
}

/// Audits of policies that are nowhere but here.
enum AuditLaboratory {
    static let today = "2026-11-21"

    static var request: AuditRequest {
        var request = AuditRequest(variables: Sample.variables, today: today)
        request.facts = RungTests.strongHost()
        request.folder = NormalPath(parts: ["srv", "policies"])
        request.ownFiles = [NormalPath(parts: ["opt", "sidecar", "bin", "sidecar"])]
        return request
    }

    static func audit(
        _ text: String, others: [String: String] = [:], _ machine: AuditMachine = .usual,
        _ request: AuditRequest = request
    ) throws -> AuditReport {
        Auditor.audit(try Sample.load(text, others: others).get(), named: "p.yaml", request, host: machine)
    }

    static func builtIn(_ name: String, _ machine: AuditMachine = .usual) throws -> AuditReport {
        let loaded = try PolicyLoader.load(.builtIn(name), FilesInMemory(texts: [:])).get()
        return Auditor.audit(loaded, named: name, request, host: machine)
    }
}

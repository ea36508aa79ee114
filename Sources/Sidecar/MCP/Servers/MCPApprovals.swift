internal import Digest
internal import JSON
internal import LinuxSystem
internal import MCP

/// Which servers of a project's file wait until a person has looked at them. A folder that came from elsewhere must not have its
/// programs run by whoever only starts a sidecar there; what somebody has written here runs, and so does what was approved, as
/// long as its entry stays as it was.
struct MCPApprovals: Sendable {
    /// What `mcp: { approval: … }` says.
    typealias Rule = Configuration.MCP.Approval

    private let record: String?
    private let rule: Rule

    init(_ rule: Rule, _ environment: [String: String]) {
        self.rule = rule
        record = Places.state(environment).map { "\($0)/mcp/approvals.json" }
    }

    private static let bytesMax = 4 << 20
    private static let isForeign = "came_from_elsewhere"
    private static let approved = "approved"

    /// Where it is kept, for whoever looks whether something has changed.
    var path: String? { record }

    // MARK: Looking

    /// Those that wait say so.
    func mark(_ entries: [MCPServerEntry], of file: String) -> [MCPServerEntry] {
        if rule == .none || entries.isEmpty { return entries }
        let known = read()[file] ?? [:]
        var why = MCPProvenance.foreign(file)
        // Whatever happens to the file: an editor makes it look like our own.
        if why != nil, known[Self.isForeign] == nil { note(file) { $0[Self.isForeign] = true } }
        if why == nil, known[Self.isForeign] != nil { why = "came from elsewhere" }
        if rule == .every { why = why ?? "is a project's" }
        guard let why else { return entries }
        return entries.map { entry in
            if known[Self.approved]?[entry.name]?.string == Self.identity(entry) { return entry }
            var entry = entry
            entry.pending =
                "waits for approval: \(file) \(why), and the entry would run: \(entry.summary). "
                + "Look at it; `sidecar mcp enable \(entry.name)` approves it as it is"
            return entry
        }
    }

    private func read() -> JSONValue {
        guard let record, let bytes = try? File.read(record, limit: Self.bytesMax) else { return [:] }
        return (try? JSONValue(parsing: bytes)) ?? [:]
    }

    /// What would run, as it is written; when and whether is no matter of trust.
    private static func identity(_ entry: MCPServerEntry) -> String {
        var json = entry.json
        for key in ["enabled", "lazy", "restart", "start_timeout", "tools", "prompts", "resources"] {
            json["sidecar"]?[key] = nil
        }
        if json["sidecar"]?.object?.isEmpty == true { json["sidecar"] = nil }
        return SHA256(of: json.bytes()).description
    }

    // MARK: Deciding

    /// A person has looked at them.
    func approve(_ entries: [MCPServerEntry], of file: String) {
        if entries.isEmpty { return }
        note(file) { known in
            var approved = known[Self.approved] ?? [:]
            for entry in entries { approved[entry.name] = .string(Self.identity(entry)) }
            known[Self.approved] = approved
        }
    }

    /// Without a place to keep it nothing is approved for longer than now.
    private func note(_ file: String, _ change: (inout JSONValue) -> Void) {
        guard let record else { return }
        let folder = String(record[..<(record.lastIndex(of: "/") ?? record.endIndex)])
        do throws(SystemError) {
            try File.makeDirectories(folder)
            let lock = try File.lock("\(folder)/approvals.lock")
            defer { withExtendedLifetime(lock) {} }
            var all = read()
            var known = all[file] ?? [:]
            change(&known)
            all[file] = known
            try File.writeAtomically(record, all.bytes(), mode: 0o600)
        } catch {
            return
        }
    }
}

/// Whether a file was written here, as far as a file can tell.
enum MCPProvenance {
    /// Slower than any editor, faster than anybody unpacks what he has just made.
    private static let tolerance = 2_000_000_000

    /// nil: it was; else what speaks against it.
    static func foreign(_ file: String) -> String? {
        guard let status = try? File.status(file) else { return nil }
        if status.owner != ProcessInfo.uid, status.owner != 0 { return "belongs to another user" }
        var folder = file[..<(file.lastIndex(of: "/") ?? file.startIndex)]
        while true {
            if File.exists("\(folder)/.git") { return "came with a git repository" }
            guard let slash = folder.lastIndex(of: "/") else { break }
            folder = folder[..<slash]
        }
        // The time of its contents can be set, as whoever unpacks an archive does; that of the last change cannot.
        let modified = status.identity.modifiedSeconds * 1_000_000_000 + status.identity.modifiedNanoseconds
        if abs(modified - status.changedNanoseconds) > tolerance { return "was unpacked or copied from elsewhere" }
        return nil
    }
}

/// Entries of the workspace that may matter, found in one walk that ends somewhere.
struct WorkspaceWalk {
    struct Entry {
        let path: NormalPath
        let details: HostFileDetails
    }

    /// Sockets, pipes and devices.
    private(set) var special: [Entry] = []
    /// Files with more names than were seen here.
    private(set) var linkedOutside: [Entry] = []
    /// `.git` of repositories within.
    private(set) var repositories: [NormalPath] = []
    private(set) var hiddenNames: [NormalPath] = []
    private(set) var isComplete = true

    /// As many as can be looked at within a second.
    static let entriesMax = 50_000

    init(_ root: NormalPath, _ host: AuditedHost) {
        var pending = [root]
        var seen = 0
        var linked: [FileID: (entry: Entry, count: Int)] = [:]
        while let folder = pending.popLast() {
            for entry in host.entries(of: folder) ?? [] {
                seen += 1
                guard seen <= Self.entriesMax else {
                    isComplete = false
                    pending = []
                    break
                }
                let path = folder.appending([entry.name])
                if HiddenText.problem(entry.name) != nil { hiddenNames.append(path) }
                if entry.name == ".git", folder != root { repositories.append(path) }
                switch entry.kind {
                case .folder: pending.append(path)
                case .link: continue
                case .other:
                    if let details = host.details(path), ![.file, .folder, .link].contains(details.kind) {
                        special.append(Entry(path: path, details: details))
                    }
                case .file:
                    guard let details = host.details(path), details.links > 1 else { continue }
                    let id = FileID(device: details.device, inode: details.inode)
                    linked[id, default: (Entry(path: path, details: details), 0)].count += 1
                }
            }
        }
        linkedOutside = linked.values.filter { $0.entry.details.links > $0.count }.map(\.entry)
            .sorted { $0.path.isBefore($1.path) }
        // A walk that broke off has not seen all names of a file.
        if !isComplete { linkedOutside = [] }
        special.sort { $0.path.isBefore($1.path) }
        repositories.sort { $0.isBefore($1) }
        hiddenNames.sort { $0.isBefore($1) }
    }

    private struct FileID: Hashable {
        let device: UInt64
        let inode: UInt64
    }
}

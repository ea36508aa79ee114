internal import LinuxSystem

/// What a stage looks like from the host, so that a change is seen whoever denies it.
struct StageSnapshot: Equatable, Sendable {
    private var items: [String: Item] = [:]

    private struct Item: Equatable, Sendable {
        let mode: UInt32
        let owner: UInt32
        let inode: UInt64
        /// Not of folders: they change with what may change in them.
        var size = 0
        var modifiedNanoseconds = 0
        var content: [UInt8] = []
    }

    /// Files are compared by what they hold up to here, and by size and time beyond.
    private static let contentBytesMax = 4096
    private static let itemsMax = 4000

    init(_ stage: ProofStage, marks: [String]) {
        for name in (try? Directory.entries(stage.root)) ?? [] {
            add("\(stage.root)/\(name)", without: stage.room)
        }
        // In folders that everybody shares.
        for mark in marks { add(mark, without: stage.room) }
    }

    private mutating func add(_ path: String, without room: String) {
        guard path != room, items.count < Self.itemsMax, let entry = try? File.entry(path) else { return }
        var item = Item(mode: entry.mode, owner: entry.owner, inode: entry.inode)
        if !entry.isFolder {
            item.size = entry.size
            item.modifiedNanoseconds = entry.modifiedNanoseconds
        }
        if entry.isLink { item.content = Array(((try? File.linkTarget(path)) ?? "").utf8) }
        if entry.isRegular, entry.size <= Self.contentBytesMax { item.content = (try? File.read(path)) ?? [] }
        items[path] = item
        guard entry.isFolder else { return }
        for name in (try? Directory.entries(path)) ?? [] { add("\(path)/\(name)", without: room) }
    }

    /// Paths that came, went or changed, in order; the outermost alone where a folder did.
    func changes(since before: StageSnapshot) -> [String] {
        let paths = Set(items.keys).union(before.items.keys).filter { items[$0] != before.items[$0] }.sorted()
        return paths.filter { path in !paths.contains { path.hasPrefix($0 + "/") } }
    }
}

internal import CGit2
internal import LinuxSystem

/// How much is kept, and for how long.
package struct CheckpointBounds: Sendable {
    package var days = 30
    package var perWorkspace = 5000
    /// Of contents as they were, over all workspaces; packed they take a part of that.
    package var bytes = 1 << 30

    package init() {}
}

extension CheckpointStore {
    package struct Pruned: Sendable, Equatable {
        package var kept = 0
        package var removed = 0

        package init(kept: Int = 0, removed: Int = 0) {
            self.kept = kept
            self.removed = removed
        }
    }

    /// Below that many objects a repository is quick as it is.
    private static let looseMax = 2000

    /// Lets go of what is too old or too much, and packs the rest.
    package func prune(_ bounds: CheckpointBounds, now: Int) throws(CheckpointError) -> Pruned {
        var pruned = Pruned()
        let lines = try workspaces()
        let staying = Self.staying(lines.values.flatMap { $0 }.map(\.record), bounds, now: now)
        for (reference, stored) in lines {
            let left = stored.filter { staying.contains($0.record.id) }
            pruned.kept += left.count
            pruned.removed += stored.count - left.count
            if left.count == stored.count { continue }
            guard let workspace = stored.first?.record.workspace, Self.reference(workspace).hasSuffix(reference) else {
                continue
            }
            var tip: Object?
            for one in left { tip = try commit(one.record, one.tree, parent: tip) }
            try setTip(workspace, tip)
        }
        if pruned.removed > 0 || looseCount() > Self.looseMax { try repack(lines) }
        tidyPending(now: now)
        return pruned
    }

    /// The newest ones stay.
    package static func staying(
        _ records: [CheckpointRecord], _ bounds: CheckpointBounds, now: Int
    ) -> Set<String> {
        var staying: Set<String> = []
        var counts: [String: Int] = [:]
        var bytes = 0
        for record in records.sorted(by: { $0.milliseconds > $1.milliseconds }) {
            counts[record.workspace, default: 0] += 1
            bytes += record.contents.reduce(0) { $0 + $1.bytes }
            if now - record.milliseconds > bounds.days * 86_400_000 { continue }
            if counts[record.workspace, default: 0] > bounds.perWorkspace || bytes > bounds.bytes { continue }
            staying.insert(record.id)
        }
        return staying
    }

    /// By the last part of their reference.
    private func workspaces() throws(CheckpointError) -> [String: [Stored]] {
        var lines: [String: [Stored]] = [:]
        for name in (try? Directory.entries("\(folder)/refs/\(Self.referenceFolder)")) ?? [] {
            var tip = Object()
            let code = git.functions.git_reference_name_to_id(
                &tip.id, repository, "refs/\(Self.referenceFolder)/\(name)")
            if code == 0 { lines[name] = try line(from: tip) }
        }
        return lines
    }

    private func looseCount() -> Int {
        looseFolders().reduce(0) { $0 + ((try? Directory.entries($1))?.count ?? 0) }
    }

    private func looseFolders() -> [String] {
        ((try? Directory.entries("\(folder)/objects")) ?? []).filter { $0.utf8.count == 2 }.map {
            "\(folder)/objects/\($0)"
        }
    }

    /// All that a line leads to into one pack; then everything else goes. Killed in between, there is more than is needed.
    private func repack(_ lines: [String: [Stored]]) throws(CheckpointError) {
        let objects = "\(folder)/objects"
        let oldPacks = ((try? Directory.entries("\(objects)/pack")) ?? []).map { "\(objects)/pack/\($0)" }
        let loose = looseFolders().flatMap { place in
            ((try? Directory.entries(place)) ?? []).map { "\(place)/\($0)" }
        }
        var walk: OpaquePointer?
        try git.check(git.functions.git_revwalk_new(&walk, repository), "the store cannot be packed")
        defer { git.functions.git_revwalk_free(walk) }
        var isEmpty = true
        for name in lines.keys {
            var tip = Object()
            let reference = "refs/\(Self.referenceFolder)/\(name)"
            guard git.functions.git_reference_name_to_id(&tip.id, repository, reference) == 0 else { continue }
            try git.check(git.functions.git_revwalk_push(walk, &tip.id), "the store cannot be packed")
            isEmpty = false
        }
        var newPack: String?
        if !isEmpty {
            var builder: OpaquePointer?
            try git.check(git.functions.git_packbuilder_new(&builder, repository), "the store cannot be packed")
            defer { git.functions.git_packbuilder_free(builder) }
            try git.check(git.functions.git_packbuilder_insert_walk(builder, walk), "the store cannot be packed")
            try git.check(
                git.functions.git_packbuilder_write(builder, nil, 0, nil, nil), "the store cannot be packed")
            newPack = git.functions.git_packbuilder_name(builder).map { String(cString: $0) }
        }
        try synchronize()
        for path in oldPacks where newPack.map({ path.contains($0) }) != true { try? File.remove(path) }
        for path in loose { try? File.remove(path) }
    }

    /// What was broken off in the middle of being written, once nobody can be at it any more.
    private func tidyPending(now: Int) {
        for name in pending.names() where pending.read(name) == nil {
            let path = "\(pending.folder)/\(name)"
            guard let changed = try? File.status(path).changedNanoseconds else { continue }
            if now - changed / 1_000_000 > 86_400_000 { try? File.remove(path) }
        }
    }
}

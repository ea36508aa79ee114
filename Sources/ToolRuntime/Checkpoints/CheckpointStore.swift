internal import CGit2
internal import Digest
internal import JSON
internal import LinuxSystem

/// Checkpoints in a bare git repository of our own: one for all workspaces and sessions, so that the same content is there
/// once. A checkpoint is a commit; its message is the record, its tree has the contents as `0-before`, `0-after`, `1-before`, …
/// The commits of a workspace are a line that a reference ends. One process at a time, one thread: a lock says so.
package final class CheckpointStore {
    let git: GitLibrary
    let repository: OpaquePointer
    let folder: String
    let pending: PendingCheckpoints
    private let odb: OpaquePointer
    /// Held as long as this value lives.
    private let lock: OwnedDescriptor

    package struct Stored: Sendable {
        package let record: CheckpointRecord
        let tree: Object
    }

    /// The name of an object, as libgit2 has it.
    struct Object: @unchecked Sendable, Hashable {
        var id = git_oid()

        static func == (left: Object, right: Object) -> Bool { left.bytes == right.bytes }
        func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
        private var bytes: [UInt8] { withUnsafeBytes(of: id) { Array($0) } }
    }

    /// Waits for others; takes in what is pending.
    package init(stateFolder: String) throws(CheckpointError) {
        git = try GitLibrary.load()
        pending = PendingCheckpoints(stateFolder: stateFolder)
        folder = "\(stateFolder)/checkpoints/store.git"
        do throws(SystemError) {
            try pending.prepare()
            lock = OwnedDescriptor(try File.lock("\(stateFolder)/checkpoints/lock"))
        } catch {
            throw CheckpointError(message: "the store of checkpoints cannot be opened: \(error)")
        }
        Self.removeStaleLocks(folder)
        var repository: OpaquePointer?
        let code =
            File.exists("\(folder)/HEAD")
            ? git.functions.git_repository_open_bare(&repository, folder)
            : git.functions.git_repository_init(&repository, folder, 1)
        try git.check(code, "the store \(folder) cannot be opened")
        guard let repository else { throw CheckpointError(message: "the store \(folder) cannot be opened") }
        self.repository = repository
        var odb: OpaquePointer?
        try git.check(git.functions.git_repository_odb(&odb, repository), "the store \(folder) cannot be opened")
        guard let odb else { throw CheckpointError(message: "the store \(folder) has no objects") }
        self.odb = odb
        try takeIn()
    }

    deinit {
        git.functions.git_odb_free(odb)
        git.functions.git_repository_free(repository)
    }

    /// What a killed process has left; ours is the only one that may be here.
    private static func removeStaleLocks(_ folder: String) {
        for place in [folder, "\(folder)/refs", "\(folder)/refs/\(referenceFolder)"] {
            for name in (try? Directory.entries(place)) ?? [] where name.hasSuffix(".lock") {
                try? File.remove("\(place)/\(name)")
            }
        }
    }

    static let referenceFolder = "workspaces"

    static func reference(_ workspace: String) -> String {
        "refs/\(referenceFolder)/\(SHA256(of: workspace).description.prefix(32))"
    }

    // MARK: In

    /// From the pending files: written, made to last, and only then taken away.
    private func takeIn() throws(CheckpointError) {
        let names = pending.names()
        if names.isEmpty { return }
        var known: [String: Set<String>] = [:]
        var done: [(name: String, bytes: Int)] = []
        for name in names {
            guard let batch = pending.read(name) else { continue }
            for entry in batch.entries {
                let workspace = entry.record.workspace
                // Killed between two steps, or with others behind it that came later, it may be here already.
                if known[workspace] == nil { known[workspace] = Set(try list(workspace).map(\.record.id)) }
                let isNew = known[workspace]?.insert(entry.record.id).inserted ?? true
                if isNew { try add(entry.record, entry.contents) }
            }
            done.append((name, batch.bytes))
        }
        try synchronize()
        for (name, bytes) in done { pending.remove(name, ifStill: bytes) }
    }

    func add(_ record: CheckpointRecord, _ contents: [[UInt8]]) throws(CheckpointError) {
        var builder: OpaquePointer?
        try git.check(git.functions.git_treebuilder_new(&builder, repository, nil), "a tree cannot be made")
        defer { git.functions.git_treebuilder_free(builder) }
        var left = contents[...]
        for (index, file) in record.files.enumerated() {
            for (side, state) in [("before", file.before), ("after", file.after)] where state.hasContent {
                guard let content = left.popFirst() else { throw CheckpointError(message: "a content is missing") }
                var id = git_oid()
                try git.check(
                    git.functions.git_odb_write(&id, odb, content, content.count, GIT_OBJECT_BLOB),
                    "\(file.path) cannot be kept")
                try git.check(
                    git.functions.git_treebuilder_insert(nil, builder, "\(index)-\(side)", &id, GIT_FILEMODE_BLOB),
                    "\(file.path) cannot be kept")
            }
        }
        var tree = Object()
        try git.check(git.functions.git_treebuilder_write(&tree.id, builder), "a tree cannot be written")
        try setTip(record.workspace, try commit(record, tree, parent: tip(record.workspace)))
    }

    func commit(_ record: CheckpointRecord, _ tree: Object, parent: Object?) throws(CheckpointError) -> Object {
        var signature: UnsafeMutablePointer<git_signature>?
        try git.check(
            git.functions.git_signature_new(
                &signature, "sidecar", "sidecar@localhost", git_time_t(record.milliseconds / 1000), 0),
            "a commit cannot be signed")
        defer { git.functions.git_signature_free(signature) }
        let treeObject = try lookUpTree(tree)
        defer { git.functions.git_tree_free(treeObject) }
        var parentObject: OpaquePointer?
        if var id = parent?.id {
            try git.check(git.functions.git_commit_lookup(&parentObject, repository, &id), "the last checkpoint")
        }
        defer { git.functions.git_commit_free(parentObject) }
        var parents: [OpaquePointer?] = [parentObject]
        var object = Object()
        let code = parents.withUnsafeMutableBufferPointer { parents in
            git.functions.git_commit_create(
                &object.id, repository, nil, signature, signature, "UTF-8", record.json.text(), treeObject,
                parentObject == nil ? 0 : 1, parents.baseAddress)
        }
        try git.check(code, "checkpoint \(record.id) cannot be written")
        return object
    }

    /// On disk, all of it.
    func synchronize() throws(CheckpointError) {
        do throws(SystemError) {
            try Descriptor.open(folder, [.readOnly, .directory]).synchronizeFileSystem()
        } catch {
            throw CheckpointError(message: "\(folder) cannot be written out: \(error)")
        }
    }

    // MARK: Out

    /// Those of a workspace, the first one first.
    package func list(_ workspace: String) throws(CheckpointError) -> [Stored] {
        try tip(workspace).map { tip throws(CheckpointError) in try line(from: tip) } ?? []
    }

    func line(from tip: Object) throws(CheckpointError) -> [Stored] {
        var stored: [Stored] = []
        var next: Object? = tip
        while var id = next?.id {
            var commit: OpaquePointer?
            try git.check(git.functions.git_commit_lookup(&commit, repository, &id), "a checkpoint cannot be read")
            defer { git.functions.git_commit_free(commit) }
            if let text = git.functions.git_commit_message_raw(commit),
                let record = (try? JSONValue(parsing: String(cString: text))).flatMap({ CheckpointRecord($0) }),
                let tree = git.functions.git_commit_tree_id(commit)
            {
                stored.append(Stored(record: record, tree: Object(id: tree.pointee)))
            }
            let hasParent = git.functions.git_commit_parentcount(commit) > 0
            next = hasParent ? git.functions.git_commit_parent_id(commit, 0).map { Object(id: $0.pointee) } : nil
        }
        // Processes write at once, and what is taken in later may be older.
        return stored.reversed().enumerated().sorted {
            ($0.element.record.milliseconds, $0.offset) < ($1.element.record.milliseconds, $1.offset)
        }.map(\.element)
    }

    package enum Side: String, Sendable { case before, after }

    package func content(_ stored: Stored, _ file: Int, _ side: Side) throws(CheckpointError) -> [UInt8] {
        let name = "\(file)-\(side.rawValue)"
        let tree = try lookUpTree(stored.tree)
        defer { git.functions.git_tree_free(tree) }
        guard let entry = git.functions.git_tree_entry_byname(tree, name),
            let id = git.functions.git_tree_entry_id(entry)
        else { throw CheckpointError(message: "checkpoint \(stored.record.id) has no \(name)") }
        var blob: OpaquePointer?
        try git.check(git.functions.git_blob_lookup(&blob, repository, id), "checkpoint \(stored.record.id)")
        defer { git.functions.git_blob_free(blob) }
        let size = Int(git.functions.git_blob_rawsize(blob))
        guard size > 0, let start = git.functions.git_blob_rawcontent(blob) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: size))
    }

    private func lookUpTree(_ object: Object) throws(CheckpointError) -> OpaquePointer? {
        var tree: OpaquePointer?
        var id = object.id
        try git.check(git.functions.git_tree_lookup(&tree, repository, &id), "a tree of the store cannot be read")
        return tree
    }

    // MARK: The end of the line

    func tip(_ workspace: String) -> Object? {
        var object = Object()
        let code = git.functions.git_reference_name_to_id(&object.id, repository, Self.reference(workspace))
        return code == 0 ? object : nil
    }

    func setTip(_ workspace: String, _ object: Object?) throws(CheckpointError) {
        let name = Self.reference(workspace)
        guard var id = object?.id else {
            return try git.check(git.functions.git_reference_remove(repository, name), "\(name) cannot be removed")
        }
        var reference: OpaquePointer?
        try git.check(
            git.functions.git_reference_create(&reference, repository, name, &id, 1, "checkpoint"),
            "\(name) cannot be written")
        git.functions.git_reference_free(reference)
    }
}

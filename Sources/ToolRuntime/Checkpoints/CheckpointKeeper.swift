internal import LinuxSystem
internal import Sandbox

/// Keeps what the tools of one host are about to change. On its loop only, but for the files, which a pool writes.
final class CheckpointKeeper: @unchecked Sendable {
    private let pending: PendingCheckpoints
    private let journal: PendingJournal
    private let workspace: NormalPath
    /// Takes what is pending into the store; nil where there is no such program.
    private let tidier: String?
    private let environment: [String: String]
    private let pool = BlockingPool(threads: 2)
    private var isReady = false
    private var pendingCount = 0

    /// Longer files are changed all the same, and the result says that they cannot be brought back.
    static let bytesMax = 8 << 20
    /// So many files wait for the store at most; they take room that the store would share.
    private static let pendingMax = 500

    init(_ settings: ToolHostSettings) {
        pending = PendingCheckpoints(stateFolder: settings.stateFolder)
        journal = PendingJournal(pending)
        workspace = settings.variables.workspace
        tidier = File.isExecutable(settings.sidecar) ? settings.sidecar : nil
        environment = settings.environment
    }

    deinit { pool.close() }

    /// What restoring may write to: the workspace, and nothing that is only linked into it.
    func covers(_ path: NormalPath) -> Bool { path.isBeneath(workspace) && path != workspace }

    struct Kept: Sendable {
        var id: String
        var place: PendingCheckpoints.Place
        /// The file was too long, and its old content is not there.
        var isHollow: Bool
    }

    /// How many of the folders around a file are not there yet. Our own look at them: what a jail says of it could be made up.
    func missingFolders(around path: NormalPath) -> Int {
        var (folder, count) = (path.parent, 0)
        while folder.isBeneath(workspace), folder != workspace, !File.exists(folder.text) {
            (folder, count) = (folder.parent, count + 1)
        }
        return count
    }

    /// Before the change: when this returns, what it takes away is written, as far as the end of this process goes.
    func keep(
        _ offer: WorkerOffer, _ path: NormalPath, folders: Int, _ tool: String, _ call: ToolCall
    ) async -> Result<Kept, SystemError> {
        let before = Self.state(offer.before)
        let after = Self.state(offer.after)
        let record = CheckpointRecord(
            milliseconds: Int(WallClock.nanosecondsSince1970() / 1_000_000), workspace: workspace.text,
            session: call.session, tool: tool,
            files: [.init(path: below(path), before: before, after: after, folders: folders)])
        let contents = [offer.before?.bytes, offer.after.bytes].compactMap { $0 }
        if isReady, contents.allSatisfy({ $0.count <= PendingJournal.smallBytes }) {
            // One write into the page cache takes less than it takes to have another thread do it.
            return Result { () throws(SystemError) in try self.journal.add(record, contents) }.map {
                kept($0, record, before)
            }
        }
        let (pending, isReady) = (pending, isReady)
        let result: Result<(name: String, count: Int), SystemError>? = try? await pool.run {
            Result { () throws(SystemError) in
                if !isReady { try pending.prepare() }
                let name = try pending.add(record, contents)
                return (name, isReady ? 0 : pending.names().count)
            }
        }
        guard let result else { return .failure(SystemError(call: "write", code: SystemError.tryAgain)) }
        return result.map { name, count in
            pendingCount += max(0, count - 1)
            self.isReady = true
            return kept(.init(name: name, offset: nil), record, before)
        }
    }

    private func kept(
        _ place: PendingCheckpoints.Place, _ record: CheckpointRecord, _ before: CheckpointRecord.State
    ) -> Kept {
        pendingCount += 1
        if pendingCount >= Self.pendingMax { tidy() }
        return Kept(id: record.id, place: place, isHollow: before.kind == .large)
    }

    /// The change was not made after all.
    func forget(_ kept: Kept) async {
        let pending = pending
        _ = try? await pool.run { pending.takeBack(kept.place) }
    }

    private static func state(_ content: WorkerOffer.Content?) -> CheckpointRecord.State {
        guard let content else { return .nothing }
        return CheckpointRecord.State(
            kind: content.bytes == nil ? .large : .file, bytes: content.size, mode: content.mode)
    }

    private func below(_ path: NormalPath) -> String {
        NormalPath(parts: Array(path.parts.dropFirst(workspace.parts.count))).parts.joined(separator: "/")
    }

    /// By a process of its own: libgit2 and its libraries would stay in this one.
    private func tidy() {
        pendingCount = 0
        guard let tidier else { return }
        let environment = environment
        Task {
            _ = try? await pool.run {
                guard let null = try? Descriptor.open("/dev/null", .readWrite) else { return }
                let launch = ProgramLaunch(
                    path: tidier, arguments: ["checkpoint", "prune"], environment: environment, directory: "/",
                    newSession: true)
                let child = try? ChildProcess(launch, descriptors: [null.raw, null.raw, null.raw])
                _ = try? child?.wait()
            }
        }
    }
}

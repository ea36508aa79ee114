internal import LinuxSystem

/// The sessions as one host uses them, without waiting for a disk where nothing has to be waited for. On its loop only,
/// which `@unchecked Sendable` stands on.
///
/// What is written goes to the store's thread while the answer goes out; the next call of the same session waits for it.
/// What is read comes from a connection of the loop's own: in SQLite's write-ahead mode a reader waits for nobody.
final class SessionBook: @unchecked Sendable {
    private let store: SessionStore
    private let loop: EventLoop
    /// nil until the store has made its tables.
    private var reader: Database?
    private var writes: [String: Write] = [:]
    private var lastWrites: [String: Instant] = [:]

    private typealias Write = Task<DatabaseError?, Never>

    /// Who is at work is not forgotten, even if nothing new becomes known.
    private static let touchInterval = TimeSpan.seconds(3600)

    init(_ store: SessionStore, on loop: EventLoop) {
        self.store = store
        self.loop = loop
    }

    /// - paths: the files that are asked about.
    func load(_ session: String, about paths: [String] = []) async throws(DatabaseError) -> SessionState {
        loop.assertOnLoop()
        try await settle(session)
        if let reader, let state = try? SessionQueries.load(session, paths, from: reader) { return state }
        // The first one, or one that has to wait: for a recovery, say.
        let state = try await store.load(session, about: paths)
        if reader == nil { reader = try? Database(path: store.path, waits: false) }
        return state
    }

    /// Behind what the session still has to write.
    func write(_ change: SessionChange, of session: String) {
        loop.assertOnLoop()
        let (store, earlier) = (store, writes[session])
        lastWrites[session] = loop.clock.now()
        writes[session] = Task(executorPreference: loop) {
            let problem = await earlier?.value
            do throws(DatabaseError) {
                try await store.write(change, of: session)
                return problem
            } catch {
                return error
            }
        }
    }

    /// What of it is not known already.
    func note(_ files: [WorkerReply.Seen], _ known: [String: SessionState.Seen], of session: String) {
        let isRecent = lastWrites[session].map { loop.clock.now() - $0 < Self.touchInterval } ?? false
        let new = files.filter { file in
            guard isRecent, let seen = known[file.path] else { return true }
            return seen.hash != file.hash || file.isWhole && !seen.isWhole
        }
        if !new.isEmpty { write(.seen(new), of: session) }
    }

    /// All that is to be written is.
    func settle() async {
        for session in writes.keys { try? await settle(session) }
    }

    private func settle(_ session: String) async throws(DatabaseError) {
        guard let write = writes[session] else { return }
        let problem = await write.value
        if writes[session] == write { writes[session] = nil }
        if let problem { throw problem }
    }
}

package import JSON
internal import LinuxSystem

/// Sessions on disk, so that separate commands and the server share them. SQLite serialises whoever comes at once; it blocks,
/// so that everything happens on a thread of its own.
package final class SessionStore: Sendable {
    private let pool = BlockingPool(threads: 1)
    private let box: DatabaseBox

    /// A session that nobody has used for so long is forgotten.
    private static let daysMax = 14

    package init(path: String) { box = DatabaseBox(path) }

    deinit { pool.close() }

    package func load(_ session: String) async throws(DatabaseError) -> SessionState {
        try await perform { database throws(DatabaseError) in
            var state = SessionState()
            try database.run("SELECT folder, todos FROM sessions WHERE name = ?", [session]) { row in
                state.folder = row.text(0)
                state.todos = row.text(1).flatMap { try? JSONValue(parsing: $0) }?.array ?? []
            }
            try database.run("SELECT path, hash, whole FROM seen WHERE session = ?", [session]) { row in
                guard let path = row.text(0), let hash = row.text(1) else { return }
                state.seen[path] = SessionState.Seen(hash: hash, isWhole: row.text(2) == "1")
            }
            return state
        }
    }

    package func note(_ session: String, _ seen: [WorkerReply.Seen]) async throws(DatabaseError) {
        try await change(session) { database throws(DatabaseError) in
            for file in seen {
                // Who has read a file as a whole has not forgotten it when a part of the same is read again.
                try database.run(
                    """
                    INSERT INTO seen (session, path, hash, whole) VALUES (?, ?, ?, ?)
                    ON CONFLICT (session, path) DO UPDATE SET
                        whole = CASE WHEN hash = excluded.hash THEN MAX(whole, excluded.whole) ELSE excluded.whole END,
                        hash = excluded.hash
                    """, [session, file.path, file.hash, file.isWhole ? "1" : "0"])
            }
        }
    }

    package func setTodos(_ session: String, _ todos: [JSONValue]) async throws(DatabaseError) {
        let text = JSONValue.array(todos).text()
        try await change(session) { database throws(DatabaseError) in
            try database.run("UPDATE sessions SET todos = ? WHERE name = ?", [text, session])
        }
    }

    package func setFolder(_ session: String, _ folder: String) async throws(DatabaseError) {
        try await change(session) { database throws(DatabaseError) in
            try database.run("UPDATE sessions SET folder = ? WHERE name = ?", [folder, session])
        }
    }

    // MARK: On the thread

    private func change(
        _ session: String, _ body: @escaping @Sendable (Database) throws(DatabaseError) -> Void
    ) async throws(DatabaseError) {
        try await perform { database throws(DatabaseError) in
            try database.transaction { () throws(DatabaseError) in
                let now = String(WallClock.nanosecondsSince1970() / 1_000_000_000)
                try database.run(
                    "INSERT INTO sessions (name, used) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET used = excluded.used",
                    [session, now])
                try body(database)
            }
        }
    }

    private func perform<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws(DatabaseError) -> Value
    ) async throws(DatabaseError) -> Value {
        let box = box
        let result: Result<Value, DatabaseError>
        do throws(BlockingPool.QueueIsFull) {
            result = try await pool.run {
                Result { () throws(DatabaseError) in try body(try box.database(Self.prepare)) }
            }
        } catch {
            throw DatabaseError(message: "too many calls wait for the sessions' file")
        }
        return try result.get()
    }

    private static func prepare(_ database: Database) throws(DatabaseError) {
        try database.run(
            "CREATE TABLE IF NOT EXISTS sessions (name TEXT PRIMARY KEY, used INTEGER, folder TEXT, todos TEXT)")
        try database.run(
            """
            CREATE TABLE IF NOT EXISTS seen (session TEXT, path TEXT, hash TEXT, whole INTEGER,
                PRIMARY KEY (session, path)) WITHOUT ROWID
            """)
        let now = Int(WallClock.nanosecondsSince1970() / 1_000_000_000)
        let oldest = String(now - Self.daysMax * 86_400)
        try database.run("DELETE FROM seen WHERE session IN (SELECT name FROM sessions WHERE used < ?)", [oldest])
        try database.run("DELETE FROM sessions WHERE used < ?", [oldest])
    }
}

/// Opened at the first use, on the thread of the store and used there alone, which `@unchecked Sendable` stands on.
private final class DatabaseBox: @unchecked Sendable {
    private let path: String
    private var open: Database?

    init(_ path: String) { self.path = path }

    func database(_ prepare: (Database) throws(DatabaseError) -> Void) throws(DatabaseError) -> Database {
        if let open { return open }
        let database = try Database(path: path)
        try prepare(database)
        open = database
        return database
    }
}

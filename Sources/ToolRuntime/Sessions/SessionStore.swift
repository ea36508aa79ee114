internal import LinuxSystem

/// Sessions on disk, so that separate commands and the server share them. SQLite serialises whoever comes at once; it waits
/// for others, so that everything happens on a thread of its own.
package final class SessionStore: Sendable {
    let path: String
    private let pool = BlockingPool(threads: 1)
    private let box: DatabaseBox

    package init(path: String) {
        self.path = path
        box = DatabaseBox(path)
    }

    deinit { pool.close() }

    /// - paths: the files that are asked about; nil: all.
    package func load(_ session: String, about paths: [String]? = nil) async throws(DatabaseError) -> SessionState {
        try await perform { database throws(DatabaseError) in
            try SessionQueries.load(session, paths, from: database)
        }
    }

    package func write(_ change: SessionChange, of session: String) async throws(DatabaseError) {
        try await perform { database throws(DatabaseError) in
            try SessionQueries.write(change, of: session, to: database)
        }
    }

    private func perform<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws(DatabaseError) -> Value
    ) async throws(DatabaseError) -> Value {
        let box = box
        let result: Result<Value, DatabaseError>
        do throws(BlockingPool.QueueIsFull) {
            result = try await pool.run {
                Result { () throws(DatabaseError) in try body(try box.database()) }
            }
        } catch {
            throw DatabaseError(message: "too many calls wait for the sessions' file")
        }
        return try result.get()
    }
}

/// Opened at the first use, on the thread of the store and used there alone, which `@unchecked Sendable` stands on.
private final class DatabaseBox: @unchecked Sendable {
    private let path: String
    private var open: Database?

    init(_ path: String) { self.path = path }

    func database() throws(DatabaseError) -> Database {
        if let open { return open }
        let database = try Database(path: path)
        try SessionQueries.prepare(database)
        open = database
        return database
    }
}

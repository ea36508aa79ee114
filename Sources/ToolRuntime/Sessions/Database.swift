internal import CSQLite

package struct DatabaseError: Error, Sendable, Equatable, CustomStringConvertible {
    package let message: String
    package var description: String { message }
}

/// A file of SQLite. Used by one thread at a time.
final class Database {
    private let handle: OpaquePointer
    private let path: String
    /// Statements are few and come again: each is compiled once.
    private var statements: [String: OpaquePointer] = [:]

    /// Other processes hold the file for a moment only.
    private static let patienceMilliseconds: Int32 = 5000

    /// - waits: for whoever else holds the file; else that is an error at once.
    init(path: String, waits: Bool = true) throws(DatabaseError) {
        self.path = path
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard let handle, code == SQLITE_OK else {
            let reason = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "no memory"
            sqlite3_close_v2(handle)
            throw DatabaseError(message: "\(path): \(reason)")
        }
        self.handle = handle
        sqlite3_busy_timeout(handle, waits ? Self.patienceMilliseconds : 0)
        // Readers and the writer do not wait for each other; the end of the machine may lose the last call, no more.
        try run("PRAGMA journal_mode = WAL")
        try run("PRAGMA synchronous = NORMAL")
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    struct Row {
        fileprivate let statement: OpaquePointer

        func text(_ column: Int32) -> String? {
            sqlite3_column_text(statement, column).map { String(cString: $0) }
        }
    }

    func run(_ text: String, _ values: [String] = [], _ row: (Row) -> Void = { _ in }) throws(DatabaseError) {
        let statement = try prepare(text)
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for (index, value) in values.enumerated() {
            try check(csqlite_bind_text(statement, Int32(index + 1), value, Int32(value.utf8.count)), [SQLITE_OK])
        }
        while true {
            let code = sqlite3_step(statement)
            try check(code, [SQLITE_ROW, SQLITE_DONE])
            if code == SQLITE_DONE { return }
            row(Row(statement: statement))
        }
    }

    /// All of it or nothing.
    func transaction(_ body: () throws(DatabaseError) -> Void) throws(DatabaseError) {
        try run("BEGIN IMMEDIATE")
        do throws(DatabaseError) {
            try body()
            try run("COMMIT")
        } catch {
            try? run("ROLLBACK")
            throw error
        }
    }

    private func prepare(_ text: String) throws(DatabaseError) -> OpaquePointer {
        if let known = statements[text] { return known }
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v2(handle, text, -1, &statement, nil), [SQLITE_OK])
        guard let statement else { throw DatabaseError(message: "\(path): an empty statement") }
        statements[text] = statement
        return statement
    }

    private func check(_ code: Int32, _ good: [Int32]) throws(DatabaseError) {
        if good.contains(code) { return }
        throw DatabaseError(message: "\(path): \(String(cString: sqlite3_errmsg(handle)))")
    }
}

internal import JSON
internal import LinuxSystem

/// What is asked of the file of sessions, and what is written to it.
enum SessionQueries {
    /// A session that nobody has used for so long is forgotten.
    private static let daysMax = 14

    static func prepare(_ database: Database) throws(DatabaseError) {
        try database.run(
            "CREATE TABLE IF NOT EXISTS sessions (name TEXT PRIMARY KEY, used INTEGER, folder TEXT, todos TEXT)")
        try database.run(
            """
            CREATE TABLE IF NOT EXISTS seen (session TEXT, path TEXT, hash TEXT, whole INTEGER,
                PRIMARY KEY (session, path)) WITHOUT ROWID
            """)
        let oldest = String(now() - daysMax * 86_400)
        try database.run("DELETE FROM seen WHERE session IN (SELECT name FROM sessions WHERE used < ?)", [oldest])
        try database.run("DELETE FROM sessions WHERE used < ?", [oldest])
    }

    /// - paths: the files that are asked about; nil: all. A session can have seen thousands.
    static func load(
        _ session: String, _ paths: [String]?, from database: Database
    ) throws(DatabaseError) -> SessionState {
        var state = SessionState()
        try database.run("SELECT folder, todos FROM sessions WHERE name = ?", [session]) { row in
            state.folder = row.text(0)
            state.todos = row.text(1).flatMap { try? JSONValue(parsing: $0) }?.array ?? []
        }
        let note: (Database.Row) -> Void = { row in
            guard let path = row.text(0), let hash = row.text(1) else { return }
            state.seen[path] = SessionState.Seen(hash: hash, isWhole: row.text(2) == "1")
        }
        guard let paths else {
            try database.run("SELECT path, hash, whole FROM seen WHERE session = ?", [session], note)
            return state
        }
        for path in Set(paths) {
            try database.run(
                "SELECT path, hash, whole FROM seen WHERE session = ? AND path = ?", [session, path], note)
        }
        return state
    }

    static func write(_ change: SessionChange, of session: String, to database: Database) throws(DatabaseError) {
        try database.transaction { () throws(DatabaseError) in
            try database.run(
                "INSERT INTO sessions (name, used) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET used = excluded.used",
                [session, String(now())])
            switch change {
            case .folder(let folder):
                try database.run("UPDATE sessions SET folder = ? WHERE name = ?", [folder, session])
            case .todos(let todos):
                let text = JSONValue.array(todos).text()
                try database.run("UPDATE sessions SET todos = ? WHERE name = ?", [text, session])
            case .seen(let files):
                for file in files { try note(file, of: session, database) }
            }
        }
    }

    /// Who has read a file as a whole has not forgotten it when a part of the same is read again.
    private static func note(
        _ file: WorkerReply.Seen, of session: String, _ database: Database
    ) throws(DatabaseError) {
        try database.run(
            """
            INSERT INTO seen (session, path, hash, whole) VALUES (?, ?, ?, ?)
            ON CONFLICT (session, path) DO UPDATE SET
                whole = CASE WHEN hash = excluded.hash THEN MAX(whole, excluded.whole) ELSE excluded.whole END,
                hash = excluded.hash
            """, [session, file.path, file.hash, file.isWhole ? "1" : "0"])
    }

    private static func now() -> Int { Int(WallClock.nanosecondsSince1970() / 1_000_000_000) }
}

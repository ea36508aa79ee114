import JSON
import LinuxSystem
import Testing
import ToolRuntime

@Suite struct SessionStoreTests {
    private func with(_ body: (String) async throws -> Void) async throws {
        let folder = try File.makeTemporaryFolder("\(ProcessInfo.environment("TMPDIR") ?? "/tmp")/sessions-")
        defer { File.removeTree(folder) }
        try await body("\(folder)/sessions.sqlite")
    }

    private func seen(_ path: String, _ digit: String, whole: Bool) throws -> WorkerReply.Seen {
        let hash = String(repeating: digit, count: 64)
        let reply = try WorkerReply([
            "is_error": false, "seen": [["path": .string(path), "hash": .string(hash), "whole": .bool(whole)]],
        ])
        return try #require(reply.seen.first)
    }

    @Test func `What one knows, the next one finds`() async throws {
        try await with { path in
            let store = SessionStore(path: path)
            #expect(try await store.load("s") == SessionState())
            try await store.setFolder("s", "/w/src")
            try await store.setTodos("s", [["content": "é", "status": "pending"]])
            try await store.note("s", [seen("/w/a", "1", whole: true), seen("/w/b", "2", whole: false)])
            let other = try await SessionStore(path: path).load("s")
            #expect(other.folder == "/w/src")
            #expect(other.todos == [["content": "é", "status": "pending"]])
            #expect(other.seen["/w/a"]?.isWhole == true && other.seen["/w/b"]?.isWhole == false)
            #expect(try await store.load("t") == SessionState())
        }
    }

    @Test func `Who has read a file as a whole still has, until it is another`() async throws {
        try await with { path in
            let store = SessionStore(path: path)
            try await store.note("s", [seen("/w/a", "1", whole: true)])
            try await store.note("s", [seen("/w/a", "1", whole: false)])
            #expect(try await store.load("s").seen["/w/a"]?.isWhole == true)
            try await store.note("s", [seen("/w/a", "2", whole: false)])
            #expect(try await store.load("s").seen["/w/a"]?.isWhole == false)
        }
    }

    @Test func `Several may write at once`() async throws {
        try await with { path in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        let store = SessionStore(path: path)
                        for count in 0..<25 {
                            try await store.note("s", [seen("/w/\(number)/\(count)", "a", whole: true)])
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await SessionStore(path: path).load("s").seen.count == 100)
        }
    }

    @Test func `A file that is none is an error and no end`() async throws {
        try await with { path in
            try File.writeAtomically(path, Array(String(repeating: "no database ", count: 100).utf8))
            await #expect(throws: DatabaseError.self) { try await SessionStore(path: path).load("s") }
        }
    }
}

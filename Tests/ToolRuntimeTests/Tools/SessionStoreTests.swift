import JSON
import LinuxSystem
import TestSupport
import Testing

@testable import ToolRuntime

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
            try await store.write(.folder("/w/src"), of: "s")
            try await store.write(.todos([["content": "é", "status": "pending"]]), of: "s")
            try await store.write(.seen([seen("/w/a", "1", whole: true), seen("/w/b", "2", whole: false)]), of: "s")
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
            try await store.write(.seen([seen("/w/a", "1", whole: true)]), of: "s")
            try await store.write(.seen([seen("/w/a", "1", whole: false)]), of: "s")
            #expect(try await store.load("s").seen["/w/a"]?.isWhole == true)
            try await store.write(.seen([seen("/w/a", "2", whole: false)]), of: "s")
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
                            try await store.write(.seen([seen("/w/\(number)/\(count)", "a", whole: true)]), of: "s")
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

    private func withBook(
        _ body: @escaping @Sendable (SessionBook, SessionStore, ManualClock) async throws -> Void
    ) async throws {
        try await with { path in
            let clock = ManualClock()
            try await withLoop(clock: clock) { loop in
                try await Task(executorPreference: loop) {
                    let store = SessionStore(path: path)
                    try await body(SessionBook(store, on: loop), store, clock)
                }.value
            }
        }
    }

    @Test func `A call finds what the one before it has not waited to write`() async throws {
        let files = try [seen("/w/a", "1", whole: true), seen("/w/b", "2", whole: false)]
        try await withBook { book, store, _ in
            for round in 0..<20 {
                book.note(files, [:], of: "s")
                book.write(.folder("/w/\(round)"), of: "s")
                let state = try await book.load("s", about: ["/w/a"])
                #expect(state.folder == "/w/\(round)" && state.seen.keys.sorted() == ["/w/a"])
            }
            // Another process, too.
            try await store.write(.folder("/elsewhere"), of: "s")
            #expect(try await book.load("s").folder == "/elsewhere")
        }
    }

    @Test func `What is known already is written again only once an hour`() async throws {
        let file = try seen("/w/a", "1", whole: true)
        try await withBook { book, store, clock in
            book.note([file], [:], of: "s")
            let known = try await book.load("s", about: ["/w/a"]).seen
            // Somebody takes it away: who writes brings it back.
            try await store.write(
                .seen([.init(path: "/w/a", hash: String(repeating: "9", count: 64), isWhole: true)]), of: "s")
            book.note([file], known, of: "s")
            #expect(try await book.load("s", about: ["/w/a"]).seen["/w/a"]?.hash.first == "9")
            clock.advance(by: .seconds(3601))
            book.note([file], known, of: "s")
            #expect(try await book.load("s", about: ["/w/a"]).seen["/w/a"]?.hash.first == "1")
        }
    }

    @Test func `What could not be written the next call of the session says`() async throws {
        try await with { path in
            try File.writeAtomically(path, Array(String(repeating: "no database ", count: 100).utf8))
            try await withLoop { loop in
                await Task(executorPreference: loop) {
                    let book = SessionBook(SessionStore(path: path), on: loop)
                    book.write(.folder("/w"), of: "s")
                    await #expect(throws: DatabaseError.self) { try await book.load("s") }
                    await book.settle()
                }.value
            }
        }
    }
}

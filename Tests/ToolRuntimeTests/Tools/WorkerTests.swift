import JSON
import LinuxSystem
import Sandbox
import TestSupport
import Testing
import ToolRuntime

/// The host's side of a worker, with one that breaks the rules where it is told to.
@Suite(.enabled(if: canJail, "no jail can be made here"), .timeLimit(.minutes(3)))
struct WorkerTests {
    private func with(_ body: @escaping @Sendable (ToolHost) async throws -> Void) async throws {
        try await withLoopToo { host, _ in try await body(host) }
    }

    private func withLoopToo(_ body: @escaping @Sendable (ToolHost, EventLoop) async throws -> Void) async throws {
        try await withToolHost(worker: "FakeWorker") { host, loop, _ in try await body(host, loop) }
    }

    private func read(
        _ host: ToolHost, _ name: String, session: String? = nil, timeout: TimeSpan? = nil
    ) async -> ToolResult {
        let path = "\(host.settings.variables.workspace)/\(name)"
        return await host.run(
            ToolCall(tool: "Read", input: ["file_path": .string(path)], session: session, timeout: timeout))
    }

    @Test func `One worker serves call after call, and the session tells it what was read`() async throws {
        try await with { host in
            let first = await read(host, "a", session: "s")
            #expect(first.ending == .done)
            // The escape that it sent is neutral.
            #expect(first.text.hasPrefix("call 1 ") && first.text.hasSuffix("nothing known␛[31m"))
            #expect(first.layers.contains("landlock"))
            #expect(first.structured["numLines"]?.int == 1)
            let second = await read(host, "a", session: "s")
            #expect(second.text.hasPrefix("call 2 ") && second.text.contains(", known"))
            #expect(await read(host, "a", session: "t").text.contains("nothing known"))
        }
    }

    @Test(
        arguments: [
            ("die", "worker_ended"), ("huge", "worker_broken"), ("garbage", "timed_out"), ("shape", "worker_broken"),
            ("twice", "worker_broken"), ("slow", "timed_out"),
        ])
    func `A worker that breaks a rule is replaced`(_ name: String, _ code: String) async throws {
        try await with { host in
            #expect(await read(host, "a").ending == .done)
            let broken = await read(host, name, timeout: .milliseconds(500))
            #expect(broken.isError)
            #expect(["worker_broken", code].contains(broken.structured["code"]?.string ?? ""), "\(broken.json)")
            // A fresh one.
            #expect(await read(host, "a").text.hasPrefix("call 1 "))
        }
    }

    @Test func `Without a session a call reads the file that it changes by itself`() async throws {
        try await with { host in
            let path = JSONValue.string("\(host.settings.variables.workspace)/unread")
            let input: JSONValue = ["file_path": path, "old_string": "a", "new_string": "b"]
            let alone = await host.run(ToolCall(tool: "Edit", input: input))
            #expect(alone.ending == .done)
            #expect(alone.text.hasPrefix("call 3 ") && alone.text.contains(", known"))
            let inSession = await host.run(ToolCall(tool: "Edit", input: input, session: "s"))
            #expect(inSession.structured["code"]?.string == "not_read")
        }
    }

    @Test func `An error of the tool keeps its code`() async throws {
        try await with { host in
            let result = await read(host, "missing")
            #expect(result.ending == .failed)
            #expect(result.structured["code"]?.string == "not_found")
            #expect(result.text == "no such file")
        }
    }

    @Test func `A call that is cancelled ends its worker`() async throws {
        try await withLoopToo { host, loop in
            let task = Task(executorPreference: loop) { await read(host, "slow") }
            await loop.sleep(.milliseconds(200))
            task.cancel()
            #expect(await task.value.ending == .cancelled)
            #expect(await read(host, "a").ending == .done)
        }
    }

    @Test(
        arguments: [
            #"{}"#, #"{"is_error":1}"#, #"{"is_error":false,"content":{}}"#, #"{"is_error":true,"code":"No Such"}"#,
            #"{"is_error":false,"content":[{"type":"image","media_type":"text/html","data":""}]}"#,
            #"{"is_error":false,"content":[{"type":"image","media_type":"image/png","data":"<"}]}"#,
            #"{"is_error":false,"seen":[{"path":"a","hash":"00"}]}"#,
            #"{"is_error":false,"seen":[{"path":"/a","hash":"0 0"}]}"#, #"{"is_error":false,"structured":[]}"#,
            #"{"is_error":false,"changed":[{"path":"/a","before":null}]}"#,
        ])
    func `What is no reply`(_ text: String) throws {
        #expect(throws: WorkerReply.Broken.self) { try WorkerReply(JSONValue(parsing: text)) }
    }

    @Test func `Lengths of frames`() {
        let frame = WorkerFrame.bytes(["a": 1], blob: [1, 2])
        #expect(WorkerFrame.lengths(frame.prefix(8)).map { [$0.json, $0.blob] } == [7, 2])
        #expect(WorkerFrame.lengths([0, 0, 0, 0, 0, 0, 0, 0]) == nil)
        #expect(WorkerFrame.lengths([255, 255, 255, 255, 0, 0, 0, 0]) == nil)
        #expect(WorkerFrame.lengths([1, 0, 0, 0, 255, 255, 255, 255]) == nil)
        #expect(WorkerFrame.lengths([1, 0, 0]) == nil)
    }
}

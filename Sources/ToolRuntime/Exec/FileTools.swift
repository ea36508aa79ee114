internal import Confinement
internal import JSON
internal import LinuxSystem
internal import Sandbox

/// Read, Write, Edit, MultiEdit, LS, NotebookRead and NotebookEdit: by a worker in the jail.
struct FileTools {
    static let names: Set<String> = ["Read", "Write", "Edit", "MultiEdit", "LS", "NotebookRead", "NotebookEdit"]

    let jails: ToolJails
    let workers: WorkerPool
    let turns: Turns
    let variables: PolicyVariables

    /// A file tool that takes longer hangs on something.
    private static let timeMax = TimeSpan.seconds(60)

    func run(_ tool: String, _ input: JSONValue, _ call: ToolCall, _ state: SessionState?) async -> FileOutcome {
        let name = path(input).resolved
        await turns.enter(name)
        defer { turns.leave(name) }
        do throws(JailFailure) {
            let (jail, compiled) = try await jails.jail(for: tool)
            var limit = min(Self.timeMax, compiled.wall ?? Self.timeMax)
            if let asked = call.timeout { limit = min(limit, asked) }
            guard let state else { return await withoutSession(tool, input, jail, compiled, limit) }
            // What is known of this file, by the name that it was called by and by the one that that leads to.
            let known = state.seen.filter { $0.key == name || $0.key == path(input).text }
            return await ask(tool, request(tool, input, known, compiled), jail, compiled, limit)
        } catch {
            return FileOutcome(.failure(error))
        }
    }

    /// What a call is about; calls of one file come one after the other.
    private func path(_ input: JSONValue) -> (text: String, resolved: String) {
        let text = input["file_path"]?.string ?? input["notebook_path"]?.string ?? input["path"]?.string ?? ""
        return (text, SystemHost().resolve(text)?.text ?? text)
    }

    private func request(
        _ tool: String, _ input: JSONValue, _ known: [String: SessionState.Seen], _ compiled: CompiledPolicy
    ) -> JSONValue {
        var request: JSONValue = [
            "tool": .string(tool), "input": input, "workspace": .string(variables.workspace.text),
            "known": .object(
                JSONObject(
                    known.map {
                        .init(key: $0.key, value: ["hash": .string($0.value.hash), "whole": .bool($0.value.isWhole)])
                    })),
        ]
        if let bytes = compiled.outputBytes { request["limits"] = ["output_bytes": .int(bytes)] }
        return request
    }

    /// Without a session nothing can have been read, and a call that changes a file reads it itself: the file that is there
    /// now is the one that is changed, and none that comes in between.
    private func withoutSession(
        _ tool: String, _ input: JSONValue, _ jail: ToolJail, _ compiled: CompiledPolicy, _ limit: TimeSpan
    ) async -> FileOutcome {
        let first = await ask(tool, request(tool, input, [:], compiled), jail, compiled, limit)
        guard first.result.structured["code"]?.string == "not_read",
            let path = input["file_path"] ?? input["notebook_path"]
        else { return first }
        let reading = await ask(
            "Read", request("Read", ["file_path": path, "limit": 1], [:], compiled), jail, compiled, limit)
        if reading.seen.isEmpty { return first }
        var known: [String: SessionState.Seen] = [:]
        for file in reading.seen { known[file.path] = SessionState.Seen(hash: file.hash, isWhole: true) }
        return await ask(tool, request(tool, input, known, compiled), jail, compiled, limit)
    }

    private func ask(
        _ tool: String, _ request: JSONValue, _ jail: ToolJail, _ compiled: CompiledPolicy, _ limit: TimeSpan
    ) async -> FileOutcome {
        let worker: Worker
        do throws(SystemError) {
            worker = try workers.take(jail, compiled)
        } catch {
            return FileOutcome(.failure("system", "the tool could not be run: \(error)"))
        }
        let result = await worker.ask(request, within: limit)
        workers.giveBack(worker, jail)
        var outcome: FileOutcome
        switch result {
        case .success(let reply): outcome = FileOutcome(reply)
        case .failure(.cancelled): outcome = FileOutcome(.cancelled)
        case .failure(.timedOut):
            outcome = FileOutcome(
                .failure("timed_out", "\(tool) was ended after \(limit), because it took too long.", ending: .timedOut))
        case .failure(.ended):
            outcome = FileOutcome(
                .failure("worker_ended", "\(tool) ended before it was done; nothing is known of what it did."))
        case .failure(.broken(let reason)):
            outcome = FileOutcome(
                .failure("worker_broken", "\(tool) was ended: what came from its jail was no answer (\(reason))."))
        }
        outcome.result.layers = jail.layers
        return outcome
    }
}

/// A result, and what the session has to remember of it.
struct FileOutcome {
    var result: ToolOutcome
    var seen: [WorkerReply.Seen] = []

    init(_ result: ToolOutcome) { self.result = result }

    init(_ reply: WorkerReply) {
        result = ToolOutcome(
            ending: reply.isError ? .failed : .done, content: reply.content, structured: reply.structured,
            detail: reply.code)
        if let code = reply.code { result.structured["code"] = .string(code) }
        seen = reply.seen + reply.changed
    }
}

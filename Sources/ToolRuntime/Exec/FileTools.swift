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
    let sessions: SessionBook
    let variables: PolicyVariables
    let isDurable: Bool
    /// nil: changes are not kept.
    let keeper: CheckpointKeeper?

    /// A file tool that takes longer hangs on something.
    private static let timeMax = TimeSpan.seconds(60)
    private static let changing: Set<String> = ["Write", "Edit", "MultiEdit", "NotebookEdit"]

    func run(_ tool: String, _ input: JSONValue, _ call: ToolCall) async throws(DatabaseError) -> FileOutcome {
        let (text, name) = path(input)
        await turns.enter(name)
        defer { turns.leave(name) }
        guard let session = call.session else { return await run(tool, input, call, name, nil) }
        // What is known of this file, by the name that it was called by and by the one that that leads to. Asked with the turn
        // at hand: the call before it may have changed the file.
        let known = try await sessions.load(session, about: [name, text]).seen
        let outcome = await run(tool, input, call, name, known)
        sessions.note(outcome.seen, known, of: session)
        return outcome
    }

    private func run(
        _ tool: String, _ input: JSONValue, _ call: ToolCall, _ name: String, _ known: [String: SessionState.Seen]?
    ) async -> FileOutcome {
        do throws(JailFailure) {
            let (jail, compiled) = try await jails.jail(for: tool)
            var limit = min(Self.timeMax, compiled.wall ?? Self.timeMax)
            if let asked = call.timeout { limit = min(limit, asked) }
            let way = Way(
                jail: jail, compiled: compiled, limit: limit, keeping: keeping(tool, name, call),
                folder: String(name[..<(name.lastIndex(of: "/") ?? name.endIndex)]))
            let places = PassingPlaces(compiled.plan, workspace: variables.workspace)
            let text = path(input).text
            let passing = places.folder(of: NormalPath(text)?.text ?? text, name)
            if let passing, Self.changing.contains(tool) {
                var refused = places.refusal(passing)
                refused.layers = jail.layers
                return FileOutcome(refused)
            }
            var outcome: FileOutcome
            if let known {
                outcome = await ask(tool, input, known, way)
            } else {
                outcome = await withoutSession(tool, input, way)
            }
            if let passing, outcome.result.structured["code"]?.string == "not_found" {
                outcome.result.content.append(.text(places.explanation(passing)))
            }
            return outcome
        } catch {
            return FileOutcome(.failure(error))
        }
    }

    /// How a request gets to a worker.
    private struct Way {
        let jail: ToolJail
        let compiled: CompiledPolicy
        let limit: TimeSpan
        let keeping: Keeping?
        /// Of the file that it is about.
        let folder: String
    }

    /// What this call has kept. On the loop only, which `@unchecked Sendable` stands on.
    private final class Keeping: @unchecked Sendable {
        let keep: (WorkerOffer) async -> Result<CheckpointKeeper.Kept, SystemError>
        var kept: CheckpointKeeper.Kept?

        init(_ keep: @escaping (WorkerOffer) async -> Result<CheckpointKeeper.Kept, SystemError>) { self.keep = keep }

        func take(_ offer: WorkerOffer) async -> String? {
            switch await keep(offer) {
            case .success(let kept):
                self.kept = kept
                return nil
            case .failure(let error): return "the file as it is could not be kept first: \(error)"
            }
        }
    }

    /// Where a file is, is the host's own word: what a jail says of it could be made up.
    private func keeping(_ tool: String, _ name: String, _ call: ToolCall) -> Keeping? {
        guard Self.changing.contains(tool), let keeper, let path = NormalPath(name), keeper.covers(path) else {
            return nil
        }
        let folders = keeper.missingFolders(around: path)
        return Keeping { await keeper.keep($0, path, folders: folders, tool, call) }
    }

    /// What a call is about; calls of one file come one after the other.
    private func path(_ input: JSONValue) -> (text: String, resolved: String) {
        let text = input["file_path"]?.string ?? input["notebook_path"]?.string ?? input["path"]?.string ?? ""
        return (text, SystemHost().resolve(text)?.text ?? text)
    }

    private func request(
        _ tool: String, _ input: JSONValue, _ known: [String: SessionState.Seen], _ way: Way
    ) -> JSONValue {
        var request: JSONValue = [
            "tool": .string(tool), "input": input, "workspace": .string(variables.workspace.text),
            "known": .object(
                JSONObject(
                    known.map {
                        .init(key: $0.key, value: ["hash": .string($0.value.hash), "whole": .bool($0.value.isWhole)])
                    })),
        ]
        if let bytes = way.compiled.outputBytes { request["limits"] = ["output_bytes": .int(bytes)] }
        if !isDurable { request["fsync"] = false }
        if Self.changing.contains(tool), workers.tidy.isUnknown(way.folder) { request["tidy"] = true }
        if way.keeping != nil { request["keep"] = .int(CheckpointKeeper.bytesMax) }
        return request
    }

    /// Without a session nothing can have been read, and a call that changes a file reads it itself: the file that is there
    /// now is the one that is changed, and none that comes in between.
    private func withoutSession(
        _ tool: String, _ input: JSONValue, _ way: Way
    ) async -> FileOutcome {
        let first = await ask(tool, input, [:], way)
        guard first.result.structured["code"]?.string == "not_read",
            let path = input["file_path"] ?? input["notebook_path"]
        else { return first }
        let reading = await ask("Read", ["file_path": path, "limit": 1], [:], way)
        if reading.seen.isEmpty { return first }
        var known: [String: SessionState.Seen] = [:]
        for file in reading.seen { known[file.path] = SessionState.Seen(hash: file.hash, isWhole: true) }
        return await ask(tool, input, known, way)
    }

    private func ask(
        _ tool: String, _ input: JSONValue, _ known: [String: SessionState.Seen], _ way: Way
    ) async -> FileOutcome {
        let worker: Worker
        do throws(SystemError) {
            worker = try workers.take(way.jail, way.compiled)
        } catch {
            return FileOutcome(.failure("system", "the tool could not be run: \(error)"))
        }
        let keeping = way.keeping
        var keep: Worker.Keep?
        if let keeping { keep = { offer in await keeping.take(offer) } }
        let result = await worker.ask(request(tool, input, known, way), within: way.limit, keep: keep)
        workers.giveBack(worker, way.jail)
        if Self.changing.contains(tool) { workers.tidy.note(way.folder, result) }
        var outcome: FileOutcome
        switch result {
        case .success(let reply): outcome = FileOutcome(reply)
        case .failure(.cancelled): outcome = FileOutcome(.cancelled)
        case .failure(.timedOut):
            outcome = FileOutcome(
                .failure(
                    "timed_out", "\(tool) was ended after \(way.limit), because it took too long.", ending: .timedOut))
        case .failure(.ended):
            outcome = FileOutcome(
                .failure("worker_ended", "\(tool) ended before it was done; nothing is known of what it did."))
        case .failure(.broken(let reason)):
            outcome = FileOutcome(
                .failure("worker_broken", "\(tool) was ended: what came from its jail was no answer (\(reason))."))
        }
        outcome.result.layers = way.jail.layers
        if let keeping { await note(keeping, result, in: &outcome) }
        return outcome
    }

    private func note(
        _ keeping: Keeping, _ result: Result<WorkerReply, WorkerFailure>, in outcome: inout FileOutcome
    ) async {
        guard let kept = keeping.kept else { return }
        // Who has said that nothing was changed has changed nothing; of who says nothing it is not known.
        if case .success(let reply) = result, reply.isError {
            keeping.kept = nil
            await keeper?.forget(kept)
            return
        }
        outcome.result.structured["checkpoint"] = .string(kept.id)
        if kept.isHollow {
            outcome.result.content.append(
                .text("The file was too long to be kept: this change cannot be undone by a checkpoint."))
        }
    }
}

/// A result, and what the session has to remember of it.
struct FileOutcome {
    var result: ToolOutcome
    var seen: [WorkerReply.Seen] = []
    /// What is still to be read by somebody else.
    var document: [UInt8]?
    /// What is too large to be shown as it is.
    var image: [UInt8]?

    init(_ result: ToolOutcome) { self.result = result }

    init(_ reply: WorkerReply) {
        result = ToolOutcome(
            ending: reply.isError ? .failed : .done, content: reply.content, structured: reply.structured,
            detail: reply.code)
        if let code = reply.code { result.structured["code"] = .string(code) }
        seen = reply.seen + reply.changed
        if reply.isError || reply.blob.isEmpty { return }
        switch reply.structured["type"]?.string {
        case "pdf": document = reply.blob
        case "image": image = reply.blob
        default: break
        }
    }
}

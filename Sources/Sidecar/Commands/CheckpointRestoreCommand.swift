internal import JSON
internal import LinuxSystem
internal import ToolRuntime

/// `sidecar checkpoint restore`.
package enum CheckpointRestoreCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["checkpoint", "restore"], summary: "Bring files back to what they were before a change",
            details:
                "Takes back this change and those after it: each file that they have touched is again what it was just before, and what "
                + "they have created goes, folders that were made for it and are empty then included. With PATHs only those files, or what lies below those folders. What is there now is kept "
                + "first, as a checkpoint of its own, so that this can be undone in the same way. Nothing outside of the workspace "
                + "is written, no link is followed, and each path is told. What was changed by other means since is taken back too, "
                + "and said.",
            flags: [.checkpointWorkspace, .checkpointSession],
            arguments: [
                .checkpoint,
                ArgumentDeclaration(
                    "PATH", .file, isRepeated: true, help: "Files or folders in the workspace; all when none is given."),
            ],
            hasJSON: true,
            examples: [
                CommandExample("sidecar checkpoint restore 3f9a", "the workspace as it was before that change"),
                CommandExample("sidecar checkpoint restore 3f9a src/main.swift", "one file"),
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        CheckpointView.run(invocation) { view throws(CheckpointError) in
            let console = invocation.console
            guard let index = view.index(invocation.line.arguments[0], console) else { return .failed }
            guard let paths = paths(invocation, view) else { return .wrongInput }
            let (files, missing) = CheckpointTarget(view.records, from: index, session: view.session).files(at: paths)
            if !missing.isEmpty {
                console.complain(
                    "checkpoint \(view.records[index].id) and those after it have changed nothing at",
                    missing.map { $0.isEmpty ? "." : $0 })
                return .failed
            }
            let outcome: (steps: [CheckpointRestore.Step], undo: String?)
            do throws(SystemError) {
                let restore = try CheckpointRestore(view.store, workspace: view.workspace)
                let now = Int(WallClock.nanosecondsSince1970() / 1_000_000)
                let result = Result { () throws(CheckpointError) in
                    try restore.run(files, view.stored, session: view.session, now: now)
                }
                switch result {
                case .success(let done): outcome = done
                case .failure(let error):
                    console.complain("nothing was restored: \(error)")
                    return .failed
                }
            } catch {
                console.complain("\(view.workspace): \(error)")
                return .failed
            }
            return tell(outcome.steps, outcome.undo, view.records[index].id, invocation)
        }
    }

    /// Below the workspace; nil when one is not, and is said.
    private static func paths(_ invocation: Invocation, _ view: CheckpointView) -> [String]? {
        var paths: [String] = []
        let here = (try? File.currentDirectory()) ?? view.workspace
        for given in invocation.line.arguments.dropFirst() {
            var parts: [Substring] = []
            for part in (given.hasPrefix("/") ? given : "\(here)/\(given)").split(separator: "/") where part != "." {
                if part == ".." { _ = parts.popLast() } else { parts.append(part) }
            }
            let whole = "/" + parts.joined(separator: "/")
            if whole == view.workspace {
                paths.append("")
            } else if whole.utf8.starts(with: (view.workspace + "/").utf8) {
                paths.append(String(decoding: whole.utf8.dropFirst(view.workspace.utf8.count + 1), as: UTF8.self))
            } else {
                invocation.console.complain("\(given) is not in the workspace \(view.workspace)")
                return nil
            }
        }
        return paths
    }

    private static func tell(
        _ steps: [CheckpointRestore.Step], _ undo: String?, _ id: String, _ invocation: Invocation
    ) -> ExitCode {
        let console = invocation.console
        if invocation.wantsJSON {
            let files = JSONValue.array(
                steps.map { step in
                    [
                        "path": .string(step.path), "outcome": .string(step.word),
                        "reason": step.reason.map { .string($0) } ?? .null,
                        "other_changes": .bool(step.hadOtherChanges),
                        "removed_folders": .array(step.removedFolders.map { .string($0) }),
                    ]
                })
            let json: JSONValue = ["id": .string(id), "undo": undo.map { .string($0) } ?? .null, "files": files]
            console.print(json.text(style: .pretty))
        } else {
            for step in steps {
                let reason = step.reason.map { ": \($0)" } ?? ""
                let others = step.hadOtherChanges ? " (it had been changed by other means since)" : ""
                console.print(ShownText.line("\(step.word)  \(step.path)\(reason)\(others)"))
                for folder in step.removedFolders { console.print(ShownText.line("removed  \(folder)/")) }
            }
            if let undo { console.note("to undo this: sidecar checkpoint restore \(undo)") }
        }
        return steps.contains { $0.reason != nil } ? .failed : .done
    }
}

extension CheckpointRestore.Step {
    var word: String {
        switch outcome {
        case .restored: "restored"
        case .created: "created"
        case .removed: "removed"
        case .unchanged: "unchanged"
        case .refused: "refused"
        }
    }

    var reason: String? {
        if case .refused(let reason) = outcome { reason } else { nil }
    }
}

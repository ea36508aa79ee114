internal import JSON
internal import LinuxSystem
internal import ToolRuntime

/// `sidecar checkpoint list`.
package enum CheckpointListCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["checkpoint", "list"], summary: "List what tools have changed",
            details:
                "Before Write, Edit, MultiEdit or NotebookEdit change a file of the workspace, it is kept as it is. Prints each such "
                + "change, the last one at the end: id, time, tool, files, and the session if there was one.",
            flags: [.checkpointWorkspace, .checkpointSession],
            hasJSON: true,
            examples: [
                CommandExample("sidecar checkpoint list", "all of this folder"),
                CommandExample(
                    "sidecar checkpoint list --session fix-42 --json", "those of one session, for a program"),
            ],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        CheckpointView.run(invocation) { view throws(CheckpointError) in
            let console = invocation.console
            let records = view.records.filter { view.session == nil || $0.session == view.session }
            if invocation.wantsJSON {
                let list = JSONValue.array(records.map(\.shownJSON))
                console.print(
                    (["workspace": .string(view.workspace), "checkpoints": list] as JSONValue).text(style: .pretty))
                return .done
            }
            if records.isEmpty { console.note("no tool has changed anything in \(view.workspace)") }
            for record in records {
                let files = record.files.map { $0.kind == "changed" ? $0.path : "\($0.path) (\($0.kind))" }
                let session = record.session.map { "  [\($0)]" } ?? ""
                let id = console.styled(record.id, .bold, on: .output)
                let rest = "\(record.time)  \(record.tool)  \(files.joined(separator: ", "))\(session)"
                console.print("\(id)  \(ShownText.line(rest))")
            }
            return .done
        }
    }
}

extension CheckpointRecord {
    /// As commands print it: with the time as people read it, and what became of each file in a word.
    var shownJSON: JSONValue {
        var json = json
        json["time"] = .string(time)
        json["files"] = .array(
            files.map {
                [
                    "path": .string($0.path), "change": .string($0.kind), "before": $0.before.json,
                    "after": $0.after.json,
                ]
            })
        return json
    }
}

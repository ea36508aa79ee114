internal import JSON
internal import LinuxSystem
internal import ToolRuntime

/// `sidecar checkpoint show`.
package enum CheckpointShowCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["checkpoint", "show"], summary: "Show one change that a tool has made",
            details: "Prints which tool changed what and when, and the change as a unified diff, from before to after.",
            flags: [.checkpointWorkspace], arguments: [.checkpoint],
            hasJSON: true,
            examples: [CommandExample("sidecar checkpoint show 3f9a", "the one whose id begins so")],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        CheckpointView.run(invocation) { view throws(CheckpointError) in
            let console = invocation.console
            guard let index = view.index(invocation.line.arguments[0], console) else { return .failed }
            let record = view.records[index]
            var diffs: [String] = []
            for (file, change) in record.files.enumerated() {
                let place = CheckpointTarget.Place(checkpoint: index, file: file)
                diffs.append(
                    CheckpointDiff.text(
                        change.path, (change.before, try view.content(place, .before)),
                        (change.after, try view.content(place, .after))))
            }
            if invocation.wantsJSON {
                var json = record.shownJSON
                json["diffs"] = .array(diffs.map { .string($0) })
                console.print(json.text(style: .pretty))
                return .done
            }
            let session = record.session.map { ", session \($0)" } ?? ""
            console.print("\(console.styled(record.id, .bold, on: .output))  \(record.time)  \(record.tool)\(session)")
            for diff in diffs where !diff.isEmpty { console.print(diff) }
            return .done
        }
    }
}

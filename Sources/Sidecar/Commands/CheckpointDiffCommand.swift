internal import JSON
internal import LinuxSystem
internal import ToolRuntime

/// `sidecar checkpoint diff`.
package enum CheckpointDiffCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["checkpoint", "diff"], summary: "Show what restoring would take back",
            details:
                "Compares the files that this change and those after it have touched, as they were just before it, with what is there "
                + "now, as unified diffs. What `restore` would undo is what stands here.",
            flags: [.checkpointWorkspace, .checkpointSession], arguments: [.checkpoint],
            hasJSON: true,
            examples: [CommandExample("sidecar checkpoint diff 3f9a", "all that has happened since")],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        CheckpointView.run(invocation) { view throws(CheckpointError) in
            let console = invocation.console
            guard let index = view.index(invocation.line.arguments[0], console) else { return .failed }
            let files: WorkspaceFiles
            do throws(SystemError) {
                files = try WorkspaceFiles(view.workspace)
            } catch {
                throw CheckpointError(message: "\(view.workspace): \(error)")
            }
            var shown: [JSONValue] = []
            for file in CheckpointTarget(view.records, from: index, session: view.session).files {
                let old = try view.content(file.place, .before)
                var text: String
                do throws(WorkspaceFiles.Refusal) {
                    let now = try files.now(file.path)
                    text = CheckpointDiff.text(file.path, (file.state, old), (now.state, now.content))
                } catch {
                    text = "\(file.path): \(error.reason)"
                }
                shown.append(["path": .string(file.path), "diff": .string(text)])
                if !invocation.wantsJSON, !text.isEmpty { console.print(text) }
            }
            if invocation.wantsJSON {
                let json: JSONValue = ["id": .string(view.records[index].id), "files": .array(shown)]
                console.print(json.text(style: .pretty))
            }
            return .done
        }
    }
}

internal import JSON
internal import LinuxSystem
internal import ToolRuntime

/// `sidecar checkpoint prune`.
package enum CheckpointPruneCommand: Command {
    package static var declaration: CommandDeclaration {
        CommandDeclaration(
            path: ["checkpoint", "prune"], summary: "Let go of old checkpoints, and pack the rest",
            details:
                "Of all workspaces: what is older than --days, and beyond 5000 checkpoints a workspace or 1 GiB of contents the oldest "
                + "ones. A sidecar calls it by itself now and then.",
            flags: [FlagDeclaration("--days", .init("N"), help: "30 when it is not given; 0: all go.")],
            hasJSON: true,
            examples: [CommandExample("sidecar checkpoint prune --days 7", "keep a week")],
            exitCodes: [.failed])
    }

    package static func run(_ invocation: Invocation) -> ExitCode {
        let console = invocation.console
        var bounds = CheckpointBounds()
        if let text = invocation.line["--days"] {
            guard let days = Int(text), (0...36_500).contains(days) else {
                console.complain("--days \(text): write a number from 0 to 36500")
                return .wrongInput
            }
            bounds.days = days
        }
        guard let state = Places.state(invocation.environment) else {
            console.complain("no state folder: set XDG_STATE_HOME or HOME to an absolute path")
            return .wrongInput
        }
        do throws(CheckpointError) {
            let now = Int(WallClock.nanosecondsSince1970() / 1_000_000)
            let pruned = try CheckpointStore(stateFolder: state).prune(bounds, now: now)
            if invocation.wantsJSON {
                let json: JSONValue = ["kept": .int(pruned.kept), "removed": .int(pruned.removed)]
                console.print(json.text())
            } else {
                console.print("\(pruned.removed) removed, \(pruned.kept) kept")
            }
            return .done
        } catch {
            console.complain(error.description)
            return .failed
        }
    }
}

internal import JSON
internal import LinuxSystem
internal import Sandbox
internal import ToolRuntime
internal import YAML

extension FlagDeclaration {
    static let checkpointWorkspace = FlagDeclaration(
        "--workspace", .init("DIR", .folder), help: "The folder whose checkpoints are meant; this one by default.")
    static let checkpointSession = FlagDeclaration(
        "--session", .init("ID"), help: "Only what this session has changed.")
}

extension ArgumentDeclaration {
    static let checkpoint = ArgumentDeclaration(
        "ID", isRequired: true, help: "The checkpoint: its id, or as much of its beginning as is clear.")
}

/// The checkpoints of the workspace that a command is about.
struct CheckpointView {
    let workspace: String
    let store: CheckpointStore
    let stored: [CheckpointStore.Stored]
    let session: String?

    var records: [CheckpointRecord] { stored.map(\.record) }

    /// Opens the store, runs the body, and says what is wrong with either.
    static func run(
        _ invocation: Invocation,
        _ body: (CheckpointView) throws(CheckpointError) -> ExitCode
    ) -> ExitCode {
        let workspace: String
        do throws(SettingsError) {
            workspace = try invocation.policyVariables().workspace.text
        } catch {
            return invocation.refuse(error)
        }
        guard let state = Places.state(invocation.environment) else {
            invocation.console.complain("no state folder: set XDG_STATE_HOME or HOME to an absolute path")
            return .wrongInput
        }
        do throws(CheckpointError) {
            let store = try CheckpointStore(stateFolder: state)
            let view = CheckpointView(
                workspace: workspace, store: store, stored: try store.list(workspace),
                session: invocation.line["--session"])
            return try body(view)
        } catch {
            invocation.console.complain(error.description)
            return .failed
        }
    }

    /// Where the one that is named stands; nil when that is not clear, and is said.
    func index(_ name: String, _ console: any Console) -> Int? {
        let found = records.indices.filter { !name.isEmpty && records[$0].id.hasPrefix(name.lowercased()) }
        if found.count == 1 { return found[0] }
        if found.isEmpty {
            console.complain(
                "there is no checkpoint \(name) of \(workspace); `sidecar checkpoint list` shows those that there are")
        } else {
            console.complain("\(name) could be any of these", found.map { records[$0].id })
        }
        return nil
    }

    /// The content of a state; empty where there is none.
    func content(_ place: CheckpointTarget.Place, _ side: CheckpointStore.Side) throws(CheckpointError) -> [UInt8] {
        let file = records[place.checkpoint].files[place.file]
        let state = side == .before ? file.before : file.after
        return state.hasContent ? try store.content(stored[place.checkpoint], place.file, side) : []
    }
}

extension CheckpointRecord {
    var time: String { CivilTime(nanosecondsSince1970: UInt64(max(0, milliseconds)) * 1_000_000).timestamp }
}

extension CheckpointRecord.FileChange {
    /// For programs and for people.
    var kind: String {
        switch (before.kind, after.kind) {
        case (.nothing, _): "created"
        case (_, .nothing): "removed"
        default: "changed"
        }
    }
}

package import LinuxSystem

/// Brings files back to what they were before a checkpoint. What is there now is kept first, so that this can be undone too.
package struct CheckpointRestore {
    package struct Step: Sendable, Equatable {
        package enum Outcome: Sendable, Equatable {
            case restored
            case created
            case removed
            /// It is as it was.
            case unchanged
            case refused(String)
        }

        package let path: String
        package var outcome: Outcome
        /// Something else than a tool has changed it since; that is undone too.
        package var hadOtherChanges = false
        /// What was made for it and held nothing any more, and so went with it.
        package var removedFolders: [String] = []

        var isAsWanted: Bool { if case .refused = outcome { false } else { true } }

        package init(path: String, outcome: Outcome, hadOtherChanges: Bool = false) {
            self.path = path
            self.outcome = outcome
            self.hadOtherChanges = hadOtherChanges
        }
    }

    private let store: CheckpointStore
    private let workspace: String
    private let files: WorkspaceFiles

    package init(_ store: CheckpointStore, workspace: String) throws(SystemError) {
        self.store = store
        self.workspace = workspace
        files = try WorkspaceFiles(workspace)
    }

    private struct Order {
        let step: Int
        let wanted: (state: CheckpointRecord.State, content: [UInt8])
        let now: (state: CheckpointRecord.State, content: [UInt8])
    }

    /// The steps in the order of the paths, and the checkpoint that undoes them; nil where nothing was to be done.
    package func run(
        _ target: [CheckpointTarget.File], _ stored: [CheckpointStore.Stored], session: String?, now: Int
    ) throws(CheckpointError) -> (steps: [Step], undo: String?) {
        var steps: [Step] = []
        var orders: [Order] = []
        for file in target {
            steps.append(Step(path: file.path, outcome: .unchanged))
            let wanted = try content(file.state, stored, file.place, .before)
            do throws(WorkspaceFiles.Refusal) {
                let current = try files.now(file.path)
                if Self.isSame(current, (file.state, wanted)) { continue }
                if file.state.kind == .large { throw .init(reason: "it was too long to be kept") }
                if current.state.kind == .large {
                    throw .init(
                        reason: "it has \(current.state.bytes) bytes now, too many to be kept first; move it away")
                }
                let last = try? content(file.last, stored, file.lastPlace, .after)
                steps[steps.count - 1].hadOtherChanges = !Self.isSame(
                    (current.state, current.content), (file.last, last ?? []))
                orders.append(Order(step: steps.count - 1, wanted: (file.state, wanted), now: current))
            } catch {
                steps[steps.count - 1].outcome = .refused(error.reason)
            }
        }
        if orders.isEmpty {
            removeFolders(target, &steps)
            return (steps, nil)
        }
        let undo = try keep(orders, steps, session, now)
        for order in orders {
            do throws(WorkspaceFiles.Refusal) {
                try files.put(steps[order.step].path, order.wanted.state, order.wanted.content)
                steps[order.step].outcome =
                    order.wanted.state.kind == .nothing
                    ? .removed : order.now.state.kind == .nothing ? .created : .restored
            } catch {
                steps[order.step].outcome = .refused(error.reason)
            }
        }
        removeFolders(target, &steps)
        return (steps, undo)
    }

    /// What was made for files that are gone, and holds nothing else. When all files are gone: what two of them shared is empty
    /// only then.
    private func removeFolders(_ target: [CheckpointTarget.File], _ steps: inout [Step]) {
        var made: [String: Int] = [:]
        for (index, file) in target.enumerated() where file.state.kind == .nothing && steps[index].isAsWanted {
            for folder in WorkspaceFiles.folders(around: file.path).prefix(file.folders) where made[folder] == nil {
                made[folder] = index
            }
        }
        // What lies in a folder comes before it.
        for (folder, index) in made.sorted(by: { $0.key > $1.key }) where files.removeEmptyFolder(folder) {
            steps[index].removedFolders.append(folder)
        }
    }

    private func keep(
        _ orders: [Order], _ steps: [Step], _ session: String?, _ now: Int
    ) throws(CheckpointError) -> String {
        let record = CheckpointRecord(
            milliseconds: now, workspace: workspace, session: session, tool: "restore",
            files: orders.map { order in
                let path = steps[order.step].path
                return .init(
                    path: path, before: order.now.state, after: order.wanted.state,
                    folders: order.wanted.state.kind == .nothing ? 0 : files.missingFolders(around: path))
            })
        var contents: [[UInt8]] = []
        for order in orders {
            for side in [order.now, order.wanted] where side.state.hasContent { contents.append(side.content) }
        }
        try store.add(record, contents)
        try store.synchronize()
        return record.id
    }

    private func content(
        _ state: CheckpointRecord.State, _ stored: [CheckpointStore.Stored], _ place: CheckpointTarget.Place,
        _ side: CheckpointStore.Side
    ) throws(CheckpointError) -> [UInt8] {
        state.hasContent ? try store.content(stored[place.checkpoint], place.file, side) : []
    }

    /// Modes count where both are known.
    private static func isSame(
        _ one: (state: CheckpointRecord.State, content: [UInt8]),
        _ other: (state: CheckpointRecord.State, content: [UInt8])
    ) -> Bool {
        guard one.state.kind == other.state.kind, one.state.bytes == other.state.bytes else { return false }
        if let mode = one.state.mode, let otherMode = other.state.mode, mode != otherMode { return false }
        return one.content == other.content
    }
}

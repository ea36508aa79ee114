/// What a workspace looked like just before a checkpoint, as far as tools have changed it since.
package struct CheckpointTarget: Sendable {
    package struct File: Sendable, Equatable {
        package let path: String
        package let state: CheckpointRecord.State
        /// Where its content is: which checkpoint, and which of its files.
        package let place: Place
        /// What the last change that is known of has left.
        package let last: CheckpointRecord.State
        package let lastPlace: Place
        /// So many of the folders around it were made for it meanwhile.
        package let folders: Int
    }

    package struct Place: Sendable, Equatable {
        package let checkpoint: Int
        package let file: Int

        package init(checkpoint: Int, file: Int) {
            self.checkpoint = checkpoint
            self.file = file
        }
    }

    /// By path.
    package let files: [File]

    /// - records: of one workspace, the first one first.
    /// - index: what this one and those behind it have changed is undone.
    /// - session: only what that one has changed.
    package init(_ records: [CheckpointRecord], from index: Int, session: String? = nil) {
        var first: [String: (state: CheckpointRecord.State, place: Place)] = [:]
        var last: [String: (state: CheckpointRecord.State, place: Place)] = [:]
        var folders: [String: Int] = [:]
        for number in records.indices where number >= index {
            if let session, records[number].session != session, number != index { continue }
            for (file, change) in records[number].files.enumerated() {
                let place = Place(checkpoint: number, file: file)
                if first[change.path] == nil { first[change.path] = (change.before, place) }
                last[change.path] = (change.after, place)
                folders[change.path] = max(folders[change.path] ?? 0, change.folders)
            }
        }
        files = first.keys.sorted().compactMap { path in
            guard let first = first[path], let last = last[path] else { return nil }
            return File(
                path: path, state: first.state, place: first.place, last: last.state, lastPlace: last.place,
                folders: folders[path] ?? 0)
        }
    }

    /// Those at or below the paths; and the paths at which there are none.
    package func files(at paths: [String]) -> (files: [File], missing: [String]) {
        if paths.isEmpty { return (files, []) }
        func matches(_ file: File, _ path: String) -> Bool {
            path.isEmpty || file.path == path || file.path.utf8.starts(with: (path + "/").utf8)
        }
        return (
            files.filter { file in paths.contains { matches(file, $0) } },
            paths.filter { path in !files.contains { matches($0, path) } }
        )
    }
}

package import JSON

/// One change of a workspace, as it is kept: which files, what they were, what they became.
package struct CheckpointRecord: Sendable, Equatable {
    package var id: String
    package var milliseconds: Int
    package var workspace: String
    package var session: String?
    /// The tool; or `restore`.
    package var tool: String
    package var files: [FileChange]

    package struct FileChange: Sendable, Equatable {
        /// Below the workspace, without a slash at its beginning.
        package var path: String
        package var before: State
        package var after: State
        /// So many of the folders around it, the nearest ones, were made for it.
        package var folders: Int

        package init(path: String, before: State, after: State, folders: Int = 0) {
            self.path = path
            self.before = before
            self.after = after
            self.folders = folders
        }
    }

    package struct State: Sendable, Equatable {
        package enum Kind: String, Sendable {
            /// There is no file.
            case nothing = "none"
            case file
            case link
            /// A file that was too long to be kept.
            case large
        }

        package var kind: Kind
        package var bytes = 0
        /// Of files, where it is known.
        package var mode: Int?

        package init(kind: Kind, bytes: Int = 0, mode: Int? = nil) {
            self.kind = kind
            self.bytes = bytes
            self.mode = mode
        }

        package static let nothing = State(kind: .nothing)

        package var hasContent: Bool { kind == .file || kind == .link }
    }

    package init(
        id: String = freshID(), milliseconds: Int, workspace: String, session: String?, tool: String,
        files: [FileChange]
    ) {
        self.id = id
        self.milliseconds = milliseconds
        self.workspace = workspace
        self.session = session
        self.tool = tool
        self.files = files
    }

    /// Ten hexadecimal digits; a beginning of them will do where it is clear.
    package static func freshID() -> String {
        let number = String(UInt64.random(in: 0..<(1 << 40)), radix: 16)
        return String(repeating: "0", count: 10 - number.count) + number
    }

    /// The states whose content is kept, in the order in which it is.
    package var contents: [State] { files.flatMap { [$0.before, $0.after] }.filter(\.hasContent) }
}

extension CheckpointRecord {
    package var json: JSONValue {
        [
            "id": .string(id), "time": .int(milliseconds), "workspace": .string(workspace),
            "session": session.map { .string($0) } ?? .null, "tool": .string(tool),
            "files": .array(files.map(\.json)),
        ]
    }

    /// nil for what is none: files of the store are ours, but a machine can break off in the middle of one.
    package init?(_ json: JSONValue) {
        guard let id = json["id"]?.string, let time = json["time"]?.int, let workspace = json["workspace"]?.string,
            let tool = json["tool"]?.string, let files = json["files"]?.array
        else { return nil }
        var changes: [FileChange] = []
        for file in files {
            guard let path = file["path"]?.string, let before = State(file["before"]), let after = State(file["after"])
            else { return nil }
            changes.append(FileChange(path: path, before: before, after: after, folders: file["folders"]?.int ?? 0))
        }
        self.init(
            id: id, milliseconds: time, workspace: workspace, session: json["session"]?.string, tool: tool,
            files: changes)
    }
}

extension CheckpointRecord.FileChange {
    fileprivate var json: JSONValue {
        var json: JSONValue = ["path": .string(path), "before": before.json, "after": after.json]
        if folders > 0 { json["folders"] = .int(folders) }
        return json
    }
}

extension CheckpointRecord.State {
    package var json: JSONValue {
        var json: JSONValue = ["kind": .string(kind.rawValue)]
        if kind != .nothing { json["bytes"] = .int(bytes) }
        if let mode { json["mode"] = .int(mode) }
        return json
    }

    fileprivate init?(_ json: JSONValue?) {
        guard let kind = json?["kind"]?.string.flatMap(Kind.init(rawValue:)) else { return nil }
        self.init(kind: kind, bytes: json?["bytes"]?.int ?? 0, mode: json?["mode"]?.int)
    }
}

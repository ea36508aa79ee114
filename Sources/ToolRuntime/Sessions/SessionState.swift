package import JSON

/// What is known of a session: the calls that belong together.
package struct SessionState: Sendable, Equatable {
    package struct Seen: Sendable, Equatable {
        /// Of the file as it was, as the worker tells files apart.
        package var hash: String
        package var isWhole: Bool

        package init(hash: String, isWhole: Bool) {
            self.hash = hash
            self.isWhole = isWhole
        }
    }

    /// What was read or written, by path.
    package var seen: [String: Seen] = [:]
    package var todos: [JSONValue] = []
    /// Where Bash's next command starts; nil: in the workspace.
    package var folder: String?

    package init() {}
}

/// What a call has to say about its session.
package enum SessionChange: Sendable {
    case seen([WorkerReply.Seen])
    case todos([JSONValue])
    case folder(String)
}

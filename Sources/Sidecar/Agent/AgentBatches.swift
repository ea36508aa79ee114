internal import JSON

/// Which calls of one answer may run at once. Pure.
///
/// What only looks, and agents, go together; so do changes of different files. Whatever could see or disturb what a call before
/// it does waits for it: the model wrote them in that order.
package enum AgentBatches {
    private static let changing: Set<String> = ["Write", "Edit", "MultiEdit", "NotebookEdit"]
    /// They start nothing in the workspace by themselves, or only look.
    private static let looking: Set<String> = [
        "Read", "Glob", "Grep", "LS", "NotebookRead", "TodoRead", "WebFetch", "WebSearch",
    ]

    private enum Kind: Equatable {
        case looks
        case changes(String)
        case agent
        /// Nobody knows what it touches.
        case alone
    }

    package static func of(_ calls: [AgentAnswer.ToolUse]) -> [[AgentAnswer.ToolUse]] {
        var batches: [[AgentAnswer.ToolUse]] = []
        var kinds: [Kind] = []
        for call in calls {
            let kind = kind(call)
            if !batches.isEmpty, kinds.allSatisfy({ mayRun(kind, beside: $0) }) {
                batches[batches.count - 1].append(call)
                kinds.append(kind)
            } else {
                batches.append([call])
                kinds = [kind]
            }
        }
        return batches
    }

    private static func kind(_ call: AgentAnswer.ToolUse) -> Kind {
        if looking.contains(call.name) { return .looks }
        if changing.contains(call.name), let path = (call.input["file_path"] ?? call.input["notebook_path"])?.string {
            return .changes(path)
        }
        return call.name == "Task" || call.name == "Agent" ? .agent : .alone
    }

    private static func mayRun(_ one: Kind, beside other: Kind) -> Bool {
        switch (one, other) {
        case (.looks, .looks), (.agent, .agent): true
        case (.changes(let path), .changes(let otherPath)): path != otherPath
        default: false
        }
    }
}

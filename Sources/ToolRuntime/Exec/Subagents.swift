package import JSON
package import LinuxSystem

/// Runs other agents for the tool Task. Whoever has models to ask provides it; the tools that they use are those of the host
/// that asks, under its policy and in its jails.
package protocol SubagentRunner: AnyObject, Sendable {
    func run(_ order: SubagentOrder, _ host: ToolHost) async -> SubagentReport
}

/// What Task was called with.
package struct SubagentOrder: Sendable {
    package var prompt: String
    /// nil: the one that comes with the program.
    package var kind: String?
    package var model: String?
    /// What its calls belong to; nobody else's do.
    package var session: String
    package var timeout: TimeSpan?
}

package struct SubagentReport: Sendable {
    package var ending: ToolResult.Ending
    /// Of an error.
    package var code: String?
    package var text: String
    package var structured: JSONValue

    package init(_ ending: ToolResult.Ending, code: String? = nil, text: String, structured: JSONValue = [:]) {
        self.ending = ending
        self.code = code
        self.text = text
        self.structured = structured
    }
}

/// Task, as far as the host has to do with it.
struct TaskTool {
    let runner: (any SubagentRunner)?
    let host: ToolHost

    func run(_ input: JSONValue, _ call: ToolCall) async -> ToolOutcome {
        if call.isFromSubagent {
            return .failure("nested", "An agent that Task has started starts no others. Do this work yourself.")
        }
        guard let runner else {
            return .failure("no_models", "There are no models here that an agent could ask; `sidecar serve` has them.")
        }
        if input["run_in_background"]?.bool == true {
            return .failure(
                "no_background", "An agent cannot go on when its call is over. Call Task without run_in_background.",
                ending: .wrongInput)
        }
        if let isolation = input["isolation"]?.string {
            return .failure(
                "no_isolation",
                "`isolation: \(isolation)` is not in this version; agents work in the workspace itself.",
                ending: .wrongInput)
        }
        let report = await runner.run(
            SubagentOrder(
                prompt: input["prompt"]?.string ?? "", kind: input["subagent_type"]?.string,
                model: input["model"]?.string, session: Self.session(call.session), timeout: call.timeout), host)
        var outcome = ToolOutcome.text(report.text, report.structured)
        outcome.ending = report.ending
        if let code = report.code {
            outcome.structured["code"] = .string(code)
            outcome.detail = code
        }
        return outcome
    }

    /// Whoever looks at checkpoints or the log sees whose it was.
    private static func session(_ own: String?) -> String {
        "\((own ?? "task").prefix(100)):\(CheckpointRecord.freshID())"
    }
}

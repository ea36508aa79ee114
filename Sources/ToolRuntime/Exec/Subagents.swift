package import JSON
package import LinuxSystem

/// Asks models for the tools that need one. Whoever has models to ask provides it.
package protocol SubagentRunner: AnyObject, Sendable {
    /// Another agent, for Task. The tools that it uses are those of the host that asks, under its policy and in its jails.
    func run(_ order: SubagentOrder, _ host: ToolHost) async -> SubagentReport

    /// What WebFetch was asked of a page; nil where no model is named for it.
    func answer(_ question: PageQuestion) async -> PageAnswer?
}

package struct PageQuestion: Sendable {
    package let prompt: String
    package let page: String
    package let address: String
}

package enum PageAnswer: Sendable {
    case text(String, model: String)
    case failed(String, model: String)
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
    /// It works in a worktree of its own.
    package var isIsolated = false
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
    let background: BackgroundRuns
    let files: OutputFiles
    let loop: EventLoop

    func run(_ input: JSONValue, _ call: ToolCall) async -> ToolOutcome {
        if call.isFromSubagent {
            return .failure("nested", "An agent that Task has started starts no others. Do this work yourself.")
        }
        guard let runner else {
            return .failure("no_models", "There are no models here that an agent could ask; `sidecar serve` has them.")
        }
        if input["isolation"]?.string == "remote" {
            return .failure(
                "no_isolation", "`isolation: remote` is not offered: there is no other machine. Leave it out.",
                ending: .wrongInput)
        }
        let order = SubagentOrder(
            prompt: input["prompt"]?.string ?? "", kind: input["subagent_type"]?.string,
            model: input["model"]?.string, session: Self.session(call.session), timeout: call.timeout,
            isIsolated: input["isolation"]?.string == "worktree")
        if input["run_in_background"]?.bool == true { return begin(order, runner, call) }
        let report = await runner.run(order, host)
        var outcome = ToolOutcome.text(report.text, report.structured)
        outcome.ending = report.ending
        if let code = report.code {
            outcome.structured["code"] = .string(code)
            outcome.detail = code
        }
        return outcome
    }

    /// It goes on when the call is over; what it says at its end is in a file.
    private func begin(_ order: SubagentOrder, _ runner: any SubagentRunner, _ call: ToolCall) -> ToolOutcome {
        guard call.mayGoOn else {
            return .failure(
                "no_background",
                "`run_in_background` needs a sidecar that goes on (`sidecar serve`). Call Task without it.",
                ending: .wrongInput)
        }
        if let refusal = background.refusal { return refusal }
        let name = OutputFiles.freshName()
        do throws(SystemError) {
            let (path, file) = try files.make(name)
            try file.writeAll(Array("[the agent is at work]\n".utf8))
            let task = Task(executorPreference: loop) { [background, host] in
                let report = await runner.run(order, host)
                let end =
                    report.code.map { "ended: \($0)" } ?? "ended: \(report.ending == .done ? "completed" : "failed")"
                try? file.writeAll(Array("\(ShownText.neutral(report.text))\n[\(end)]\n".utf8))
                background.leave(name)
            }
            background.enter(name) { task.cancel() }
            return .text(
                "An agent works in the background as \(name). What it answers will be in \(path), which Read shows; the last "
                    + "line says how it ended. \(BackgroundRuns.ending(name))",
                [
                    "status": "async_launched", "agentId": .string(name), "session": .string(order.session),
                    "outputFile": .string(path), "prompt": .string(order.prompt),
                ])
        } catch {
            return .failure("system", "the agent's answer could not be kept: \(error)")
        }
    }

    /// Whoever looks at checkpoints or the log sees whose it was.
    private static func session(_ own: String?) -> String {
        "\((own ?? "task").prefix(100)):\(CheckpointRecord.freshID())"
    }
}

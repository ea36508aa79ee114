internal import Confinement
internal import JSON
internal import LinuxSystem
internal import Sandbox

/// How a command ended, for the model and for programs.
struct BashReport {
    let command: String
    let outcome: JailOutcome
    let output: RunOutput.Taken
    let limit: TimeSpan
    let limitIsPolicy: Bool
    let isCancelled: Bool

    func result(denials: [RunDenial], notes: [String?]) -> ToolOutcome {
        if isCancelled { return .cancelled }
        var result = ToolOutcome(structured: structured, denials: denials)
        var lines = notes.compactMap { $0 }
        var denials = denials
        switch outcome.end {
        case _ where outcome.timedOut:
            result.ending = .timedOut
            result.structured["code"] = "timed_out"
            lines.append("The command was ended after \(limit), with everything that it had started.")
            if limitIsPolicy { denials.insert(Self.limitDenial("limits.wall", "it ran longer than \(limit)"), at: 0) }
        case .exited(0): result.exitCode = 0
        case .exited(let code): finish(&result, code, &lines)
        case .signaled(let number): finish(&result, 128 + number, &lines)
        case .refused(let step, let code):
            fail(
                &result, "not_started", &lines,
                "The command was not started: \(step.action) failed: "
                    + SystemError(call: "", code: code).reason)
        case .killed:
            denials.insert(
                Self.limitDenial("limits.memory", "it was killed as a whole, most likely for want of memory"), at: 0)
            fail(&result, "killed", &lines, "The command was killed, most likely because it used too much memory.")
        case .lost(let error): fail(&result, "jail_lost", &lines, "The jail ended while the command ran: \(error)")
        }
        result.denials = denials
        result.detail = result.structured["code"]?.string
        var text = output.text
        while text.hasSuffix("\n") { text.removeLast() }
        if !text.isEmpty { lines.append(text) }
        lines += denials.map(Self.text)
        if lines.isEmpty { lines = ["(no output)"] }
        result.content = [.text(lines.joined(separator: "\n"))]
        return result
    }

    private func finish(_ result: inout ToolOutcome, _ code: Int32, _ lines: inout [String]) {
        result.exitCode = Int(code)
        if let meaning = BashScript.meaning(code, of: command) {
            result.structured["returnCodeInterpretation"] = .string(meaning)
            if output.total == 0 { lines.append("Exit code 1: \(meaning)") }
            return
        }
        fail(&result, "exit_code", &lines, "Exit code \(code)")
    }

    private func fail(_ result: inout ToolOutcome, _ code: String, _ lines: inout [String], _ line: String) {
        result.ending = .failed
        result.structured["code"] = .string(code)
        lines.append(line)
    }

    /// Both streams are in `stdout`, in their order.
    private var structured: JSONValue {
        var result: JSONValue = ["stdout": .string(output.text), "stderr": "", "interrupted": .bool(outcome.timedOut)]
        switch outcome.end {
        case .exited(let code): result["exitCode"] = .int(code)
        case .signaled(let number): result["exitCode"] = .int(128 + number)
        default: result["exitCode"] = .null
        }
        if outcome.timedOut { result["timedOutAfterMs"] = .int(limit.milliseconds) }
        if output.total == 0, outcome.end == .exited(0) { result["noOutputExpected"] = true }
        if let path = output.path {
            result["persistedOutputPath"] = .string(path)
            result["persistedOutputSize"] = .int(output.total)
        }
        result["cpu_us"] = .int(outcome.cpuMicroseconds)
        result["memory_kb"] = .int(outcome.memoryKilobytes)
        return result
    }

    private static func limitDenial(_ rule: String, _ detail: String) -> RunDenial {
        RunDenial(.limit, rule: rule, detail: detail)
    }

    private static func oneLine(_ text: String) -> String {
        text.split(separator: "\n").map { String($0.drop { $0 == " " }) }.joined(separator: " ")
    }

    static func text(_ denial: RunDenial) -> String {
        let place = denial.place.map { " (\($0))" } ?? ""
        let addition = denial.suggestion.map {
            "; what would allow it: \(oneLine($0))"
        }
        return "[denied by \(denial.rule)\(place): \(denial.detail)\(addition ?? "")]"
    }
}

internal import Confinement
internal import JSON
internal import LinuxSystem
internal import Sandbox

/// What a tool itself has to say of a call, before the funnel makes a result of it.
struct ToolOutcome: Sendable {
    var ending = ToolResult.Ending.done
    var content: [ToolContent] = []
    var structured: JSONValue = [:]
    var denials: [RunDenial] = []
    var layers: [String] = []
    /// For the log.
    var exitCode: Int?
    var detail: String?

    static func text(_ text: String, _ structured: JSONValue = [:]) -> ToolOutcome {
        ToolOutcome(content: [.text(text)], structured: structured)
    }

    /// - code: stable; programs go by it.
    static func failure(
        _ code: String, _ text: String, _ structured: JSONValue = [:], ending: ToolResult.Ending = .failed
    ) -> ToolOutcome {
        var structured = structured
        structured["code"] = .string(code)
        return ToolOutcome(ending: ending, content: [.text(text)], structured: structured, detail: code)
    }

    static func failure(_ failure: JailFailure) -> ToolOutcome {
        switch failure {
        case .plan(let error): .failure("policy_cannot_hold", error.description, ending: .wrongInput)
        case .zygote, .tooWeak: .failure("no_jail", failure.description, ending: .sandboxTooWeak)
        case .system(let error): .failure("system", "the tool could not be run: \(error)")
        }
    }

    /// Something that the call was on its way to may not be reached.
    /// - warnings: why somebody should think twice before they add what is suggested.
    static func refused(_ denial: RunDenial, warnings: [String] = []) -> ToolOutcome {
        let place = denial.place.map { " (\($0))" } ?? ""
        var text = "Denied by the policy: \(denial.detail)\nRule: \(denial.rule)\(place)"
        var structured: JSONValue = [:]
        if let suggestion = denial.suggestion {
            text += "\nWhat would have to stand in the policy to allow it:\n\(suggestion)"
            structured["suggestion"] = .string(suggestion)
        }
        if !warnings.isEmpty {
            text += warnings.map { "\nThink twice: \($0)." }.joined()
            structured["warnings"] = .array(warnings.map { .string($0) })
        }
        var outcome = ToolOutcome.failure("denied", text, structured, ending: .denied)
        outcome.denials = [denial]
        return outcome
    }

    static let cancelled = ToolOutcome.failure(
        "cancelled", "The call was cancelled; everything that it had started was ended.", ending: .cancelled)
}

internal import HTTP

/// Why a step answers: what its conditions found in the request.
struct ScriptMatch: Sendable {
    var rest = ""
    /// The result that the condition was about, or else the last one.
    var toolResult: ScriptedRequest.ToolResult?
}

/// Finds the step for a request. Pure but for `mayAnswer`, which counts.
package struct ScriptMatcher {
    let script: Script

    package init(_ script: Script) { self.script = script }

    enum Outcome {
        case found(ScriptStep, ScriptMatch)
        /// Why each step did not.
        case none([String])
    }

    /// The first step whose conditions hold and that has not answered often enough already.
    func find(_ request: ScriptedRequest, mayAnswer: (ScriptStep) -> Bool) -> Outcome {
        var reasons: [String] = []
        for step in script.steps {
            var match = ScriptMatch(toolResult: request.toolResults.last)
            if let reason = step.conditions.mismatch(request, &match) {
                reasons.append("\(step.label): \(reason)")
            } else if !mayAnswer(step) {
                reasons.append("\(step.label): has answered \(step.times ?? 0) times already")
            } else {
                return .found(step, match)
            }
        }
        return .none(reasons)
    }
}

extension ScriptConditions {
    /// The first condition that does not hold, in words; nil when all do.
    func mismatch(_ request: ScriptedRequest, _ match: inout ScriptMatch) -> String? {
        if let text {
            guard let rest = Self.rest(of: request.lastText, after: text) else {
                return "the last text \(Self.shown(request.lastText)) does not contain \"\(text)\""
            }
            match.rest = rest
        }
        if let textMatches, request.lastText.isEmpty || !textMatches.matches(request.lastText) {
            return "the last text \(Self.shown(request.lastText)) does not match \"\(textMatches.text)\""
        }
        if let prompt {
            guard let rest = Self.rest(of: request.prompt, after: prompt) else {
                return "the prompt \(Self.shown(request.prompt)) does not contain \"\(prompt)\""
            }
            match.rest = rest
        }
        if let toolResult {
            guard let found = request.toolResults.last(where: { toolResult.holds($0) }) else {
                return toolResult.complaint(request.toolResults)
            }
            match.toolResult = found
        }
        return mismatchAround(request)
    }

    private func mismatchAround(_ request: ScriptedRequest) -> String? {
        if let model, !model.matches(request.model) {
            return "the model \(request.model) does not match \"\(model.text)\""
        }
        // Values stay unquoted: they may be keys.
        for header in headers where !request.fields.values(header.name).contains(where: header.pattern.matches) {
            return "no header \(header.name) matches \"\(header.pattern.text)\""
        }
        if let system, Self.rest(of: request.system, after: system) == nil {
            return "the system prompt does not contain \"\(system)\""
        }
        if let turn, turn != request.turn { return "this is turn \(request.turn), not \(turn)" }
        if let hasTool, !request.toolNames.contains(where: hasTool.matches) {
            return "the request offers no tool \"\(hasTool.text)\""
        }
        if let stream, stream != request.wantsStream {
            return stream ? "the request does not stream" : "the request streams"
        }
        return nil
    }

    /// What follows the first occurrence of `words` on its line; nil if there is none. Case does not count in ASCII.
    private static func rest(of text: String, after words: String) -> String? {
        let text = Array(text.utf8)
        let words = words.utf8.map(ASCII.lowercased)
        guard text.count >= words.count else { return nil }
        for start in 0...(text.count - words.count)
        where words.indices.allSatisfy({ ASCII.lowercased(text[start + $0]) == words[$0] }) {
            let line = text[(start + words.count)...].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
            return String(String(decoding: line, as: UTF8.self).trimmingSpaces())
        }
        return nil
    }

    /// Enough to recognise one's own words by.
    private static let shownCharactersMax = 60

    private static func shown(_ text: String) -> String {
        if text.isEmpty { return "(there is none)" }
        let cut = text.prefix(shownCharactersMax)
        return "\"\(cut)\(cut.endIndex < text.endIndex ? "…" : "")\""
    }
}

extension ScriptConditions.ToolResult {
    func holds(_ result: ScriptedRequest.ToolResult) -> Bool {
        (tool?.matches(result.tool) ?? true) && (contains.map(result.text.contains) ?? true)
            && (isError.map { $0 == result.isError } ?? true)
    }

    func complaint(_ results: [ScriptedRequest.ToolResult]) -> String {
        guard !results.isEmpty else { return "the last message has no tool result" }
        var wanted: [String] = []
        if let tool { wanted.append("of \(tool.text)") }
        if let contains { wanted.append("with \"\(contains)\"") }
        if let isError { wanted.append(isError ? "that is an error" : "that is no error") }
        let tools = results.map(\.tool).joined(separator: ", ")
        return "no tool result \(wanted.joined(separator: " ")) among those of \(tools)"
    }
}

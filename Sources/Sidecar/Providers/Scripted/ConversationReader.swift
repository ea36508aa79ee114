internal import JSON

/// Walks the messages of a request and keeps what the next answer can depend on. Messages of one role in a row count as
/// one, as the API takes them.
struct ConversationReader {
    private(set) var lastText = ""
    private(set) var prompt = ""
    private(set) var toolResults: [ScriptedRequest.ToolResult] = []
    private(set) var system = ""
    private(set) var turn = 0

    private struct Call {
        let id: String
        let tool: String
    }
    /// Of the last answer, in its order.
    private var calls: [Call] = []
    private var answered: Set<String> = []
    private var callsIndex = 0
    private var isAfterUser = false

    mutating func user(_ content: JSONElement, _ index: Int) throws(ScriptedRefusal) {
        if !isAfterUser {
            lastText = ""
            toolResults = []
            isAfterUser = true
        }
        for (number, block) in content.elements.enumerated() where block["type"]?.equals("tool_result") == true {
            try toolResult(block, "messages.\(index).content.\(number)")
        }
        let words = Self.words(of: content)
        if words.isEmpty { return }
        lastText += lastText.isEmpty ? words : "\n" + words
        prompt = lastText
    }

    private mutating func toolResult(_ block: JSONElement, _ place: String) throws(ScriptedRefusal) {
        guard let id = block["tool_use_id"]?.string else { throw .invalid("\(place).tool_use_id: Field required") }
        guard let call = calls.first(where: { $0.id == id }) else {
            throw .invalid(
                "\(place): unexpected `tool_use_id` found in `tool_result` blocks: \(id). Each `tool_result` block "
                    + "must have a corresponding `tool_use` block in the previous message.")
        }
        answered.insert(id)
        toolResults.append(
            ScriptedRequest.ToolResult(
                tool: call.tool, text: block["content"].map(Self.text(of:)) ?? "",
                isError: block["is_error"]?.bool ?? false))
    }

    mutating func assistant(_ content: JSONElement, _ index: Int) throws(ScriptedRefusal) {
        turn += 1
        if isAfterUser {
            try finish()
            calls = []
            answered = []
        }
        isAfterUser = false
        callsIndex = index
        for block in content.elements where block["type"]?.equals("tool_use") == true {
            guard let id = block["id"]?.string, let tool = block["name"]?.string else {
                throw .invalid("messages.\(index).content: a tool_use block needs `id` and `name`")
            }
            calls.append(Call(id: id, tool: tool))
        }
    }

    mutating func addSystem(_ content: JSONElement) {
        let text = Self.text(of: content)
        system += system.isEmpty ? text : "\n" + text
    }

    /// Every call needs its result before the model speaks again.
    func finish() throws(ScriptedRefusal) {
        let missing = calls.map(\.id).filter { !answered.contains($0) }
        guard missing.isEmpty else {
            throw .invalid(
                "messages.\(callsIndex): `tool_use` ids were found without `tool_result` blocks immediately after: "
                    + "\(missing.joined(separator: ", ")). Each `tool_use` block must have a corresponding "
                    + "`tool_result` block in the next message.")
        }
    }

    /// All text of a content, whether it is one string or blocks.
    static func text(of content: JSONElement) -> String {
        if let text = content.string { return text }
        return texts(of: content).joined(separator: "\n")
    }

    /// What the user wrote: coding agents add blocks of their own to a user's message, in this form.
    private static func words(of content: JSONElement) -> String {
        if let text = content.string { return text }
        return texts(of: content).filter { !$0.hasPrefix("<system-reminder>") }.joined(separator: "\n")
    }

    private static func texts(of content: JSONElement) -> [String] {
        content.elements.compactMap { $0["type"]?.equals("text") == true ? $0["text"]?.string : nil }
    }
}

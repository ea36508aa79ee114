package import LinuxSystem

/// Who an agent is, and how far it may go.
package struct AgentSettings: Sendable {
    package var model: String
    package var system: String
    /// Names of tools that it has.
    package var tools: [String]
    /// Answers of the model.
    package var turnsMax = 100
    /// Of all answers and requests together.
    package var tokensMax = 5_000_000
    package var time = TimeSpan.seconds(3600)
    /// Asks for no more in one answer.
    package var answerTokens = 32_000
    package var isSubagent = false

    package init(model: String, system: String, tools: [String]) {
        self.model = model
        self.system = system
        self.tools = tools
    }
}

/// The short names of the tool's schema, for who has no alias of that name in the configuration.
enum AgentModels {
    static let standard = "sonnet"

    private static let known = [
        "sonnet": "claude-sonnet-5-5", "opus": "claude-opus-5-5", "haiku": "claude-haiku-5-5",
        "fable": "claude-fable-5-2",
    ]

    static func name(_ word: String, _ configuration: Configuration) -> String {
        configuration.models.target(for: word) != nil ? word : known[word] ?? word
    }
}

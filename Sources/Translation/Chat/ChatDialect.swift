/// Where APIs that all call themselves OpenAI-compatible differ: data, so that a new one costs a few lines.
package struct ChatDialect: Sendable, Equatable {
    /// How a request says how much to think.
    package enum Effort: String, Sendable, CaseIterable {
        case none
        /// `reasoning_effort: high`
        case reasoningEffort = "reasoning_effort"
        /// OpenRouter's `reasoning: { effort: high }`
        case reasoning
        /// DeepSeek's `thinking: { type: enabled }`
        case thinking
    }

    /// How earlier thinking goes back to the model.
    package enum Replay: String, Sendable, CaseIterable {
        case none
        case reasoningContent = "reasoning_content"
        case reasoningDetails = "reasoning_details"
    }

    /// OpenAI has two APIs for the same content: chat completions, and responses.
    package enum Wire: Sendable { case chat, responses }

    package var wire = Wire.chat
    package var effort = Effort.none
    package var replay = Replay.none
    package var maxTokensKey = "max_tokens"
    /// A client's larger number is lowered to this.
    package var maxOutputTokens: Int?
    /// Texts stay apart as parts; otherwise they are joined into one string, which every server takes.
    package var takesTextParts = false
    package var takesCacheControl = false
    /// System messages may stand behind the first place too.
    package var takesSystemAnywhere = false
    package var takesImages = true
    package var takesPDF = false
    /// Fetches papers by their URL.
    package var takesFileURL = false
    /// Pictures and papers may stand in the result of a tool.
    package var takesMediaInResults = false
    package var takesParallelFlag = true
    package var takesTopK = true
    package var takesOutputFormat = true
    /// Knows `json_object`, which binds an answer to JSON and to no schema.
    package var takesJSONObject = true
    /// OpenAI's own models: which of them think, and what those refuse.
    package var hasOpenAIModels = false
    package var splitsThinkTags = false
    /// Streams tell what they cost only when asked.
    package var asksForStreamUsage = true
    /// What the model thought is told in summaries only, and only to those who may see them.
    package var asksForSummaries = false
    /// Between the results of tools and what the user says next the assistant must have spoken.
    package var bridgesResults = false
    package var toolIDBytesMax = 256
    package var stopSequencesMax = 16

    package init() {}

    package static let compatible = ChatDialect()

    package static let openAI: ChatDialect = {
        var dialect = ChatDialect()
        dialect.effort = .reasoningEffort
        dialect.maxTokensKey = "max_completion_tokens"
        dialect.takesTextParts = true
        dialect.takesSystemAnywhere = true
        dialect.takesPDF = true
        dialect.takesTopK = false
        dialect.hasOpenAIModels = true
        dialect.toolIDBytesMax = 40
        dialect.stopSequencesMax = 4
        return dialect
    }()

    /// The same provider by its other API.
    package var asResponses: ChatDialect {
        var dialect = self
        dialect.wire = .responses
        dialect.replay = .none
        dialect.maxTokensKey = "max_output_tokens"
        dialect.takesTextParts = true
        dialect.takesSystemAnywhere = true
        dialect.takesPDF = hasOpenAIModels
        dialect.takesFileURL = hasOpenAIModels
        dialect.takesMediaInResults = true
        dialect.takesTopK = false
        dialect.asksForStreamUsage = false
        dialect.asksForSummaries = hasOpenAIModels
        dialect.toolIDBytesMax = 64
        dialect.stopSequencesMax = 0
        return dialect
    }

    package static let openRouter: ChatDialect = {
        var dialect = ChatDialect()
        dialect.effort = .reasoning
        dialect.replay = .reasoningDetails
        dialect.takesTextParts = true
        dialect.takesCacheControl = true
        dialect.takesSystemAnywhere = true
        dialect.takesPDF = true
        return dialect
    }()

    package static let deepSeek: ChatDialect = {
        var dialect = ChatDialect()
        dialect.effort = .thinking
        dialect.replay = .reasoningContent
        dialect.takesSystemAnywhere = true
        dialect.takesImages = false
        dialect.takesParallelFlag = false
        dialect.takesTopK = false
        // It has `json_object`, and no schemas.
        dialect.takesOutputFormat = false
        return dialect
    }()

    /// gpt-5, o3 and their like refuse samplers; gpt-4 and older refuse to be told how much to think.
    func thinks(_ model: String) -> Bool {
        guard hasOpenAIModels else { return true }
        let older = ["gpt-3", "gpt-4", "chatgpt-4", "davinci", "babbage", "ft:gpt-3", "ft:gpt-4"]
        return !older.contains { model.hasPrefix($0) } && !model.contains("-chat-latest")
    }
}

/// What a request may ask for and an API may have no word for. The names are those of `x-sidecar-dropped`, of the log and of
/// docs/compatibility.md.
package enum Feature: String, CaseIterable, Sendable {
    case betas = "anthropic-beta"
    case attributionLine = "system.attribution"
    case cacheControl = "cache_control"
    case citations = "citations"
    case documentPDF = "document.pdf"
    case documentFile = "document.file"
    case imageInput = "image"
    case imageFile = "image.file"
    case thinkingHistory = "thinking"
    case redactedThinking = "redacted_thinking"
    case effort = "output_config.effort"
    case thinkingConfig = "thinking.config"
    case outputFormat = "output_config.format"
    case taskBudget = "output_config.task_budget"
    case disableParallel = "disable_parallel_tool_use"
    case toolExamples = "tools.input_examples"
    case deferredTools = "tools.defer_loading"
    case toolSearch = "tools.tool_search"
    case webSearchLimits = "tools.web_search"
    case serverToolBlocks = "server_tool_blocks"
    case metadata = "metadata"
    case toolChoice = "tool_choice"
    case topK = "top_k"
    case sampling = "temperature"
    case stopSequences = "stop_sequences"
    case contextManagement = "context_management"
    case serviceTier = "service_tier"
    case speed = "speed"
    case container = "container"
    case store = "store"
    case truncation = "truncation"
    case verbosity = "text.verbosity"
    case include = "include"
    case allowedTools = "tool_choice.allowed_tools"
    case unknownBlock = "unknown_block"
    case unknownField = "unknown_field"
}

/// What was left out of one request, each once.
package struct LeftOut: Equatable, Sendable {
    package private(set) var features: [Feature] = []

    package init() {}

    package var isEmpty: Bool { features.isEmpty }

    package mutating func note(_ feature: Feature) {
        if !features.contains(feature) { features.append(feature) }
    }

    /// It was made up for by other means.
    package mutating func forget(_ feature: Feature) { features.removeAll { $0 == feature } }

    package mutating func note(_ others: LeftOut) {
        for feature in others.features { note(feature) }
    }

    /// For `x-sidecar-dropped`.
    package var text: String { features.map(\.rawValue).joined(separator: ", ") }
}

internal import Translation

/// A service or a server that takes chat completions, and how it differs: a few lines of data each. Where a file says
/// something itself, that counts.
package struct ChatPreset: Sendable, Equatable {
    package let id: String
    /// As its makers write it.
    package let title: String
    /// nil: everybody has an address of their own there.
    package let baseURL: BaseURL?
    /// Runs elsewhere, for a key and for money.
    package let isService: Bool
    package let quirks: ChatProvider.Quirks

    package static func find(_ id: String) -> ChatPreset? { all.first { $0.id == id } }

    package static let all: [ChatPreset] = [
        server("llama.cpp", "llama.cpp", port: 8080) { $0.replay = .reasoningContent },
        server("lm-studio", "LM Studio", port: 1234) { $0.thinkTags = true },
        server("sglang", "SGLang", port: 30000) { $0.replay = .reasoningContent },
        server("vllm", "vLLM", port: 8000) { $0.replay = .reasoningContent },
        // Its v1 API is OpenAI's own, with the key in a field of another name.
        service("azure", "Azure OpenAI", nil) {
            $0.keyHeader = "api-key"
            $0.limitName = .maxCompletionTokens
            $0.thinking = .reasoningEffort
            $0.system = .anywhere
            $0.textParts = true
            $0.topK = false
        },
        service("cerebras", "Cerebras", "api.cerebras.ai/v1") {
            $0.limitName = .maxCompletionTokens
            $0.images = false
            $0.topK = false
        },
        service("deepinfra", "DeepInfra", "api.deepinfra.com/v1/openai") { $0.replay = .reasoningContent },
        service("fireworks", "Fireworks", "api.fireworks.ai/inference/v1") {
            $0.thinking = .reasoningEffort
            $0.replay = .reasoningContent
        },
        service("groq", "Groq", "api.groq.com/openai/v1") {
            $0.limitName = .maxCompletionTokens
            $0.topK = false
        },
        service("huggingface", "Hugging Face", "router.huggingface.co/v1") { $0.topK = false },
        service("minimax", "MiniMax", "api.minimax.io/v1") {
            $0.thinkTags = true
            $0.images = false
            $0.responseFormat = false
        },
        // Refuses what it does not know, and a user who speaks right behind a tool; tells usage unasked; wants ids of nine
        // letters and digits.
        service("mistral", "Mistral", "api.mistral.ai/v1") {
            $0.streamUsage = false
            $0.topK = false
            $0.toolIDBytes = 9
            $0.bridgedResults = true
        },
        service("moonshot", "Moonshot (Kimi)", "api.moonshot.ai/v1") {
            $0.replay = .reasoningContent
            $0.topK = false
        },
        service("nvidia", "NVIDIA NIM", "integrate.api.nvidia.com/v1") {
            $0.parallelFlag = false
            $0.topK = false
        },
        service("qwen", "Alibaba Model Studio (Qwen)", "dashscope-intl.aliyuncs.com/compatible-mode/v1") {
            $0.replay = .reasoningContent
            $0.responseFormat = false
        },
        service("together", "Together", "api.together.xyz/v1") { $0.thinkTags = true },
        // Its models that think refuse to be told how much, but for the small ones.
        service("xai", "xAI", "api.x.ai/v1") {
            $0.limitName = .maxCompletionTokens
            $0.topK = false
        },
        service("zai", "Z.ai (GLM)", "api.z.ai/api/paas/v4") {
            $0.thinking = .thinking
            $0.replay = .reasoningContent
            $0.responseFormat = false
            $0.topK = false
        },
    ]

    private static func server(
        _ id: String, _ title: String, port: UInt16, _ quirks: (inout ChatProvider.Quirks) -> Void
    ) -> ChatPreset {
        preset(id, title, BaseURL(scheme: "http", host: "127.0.0.1", port: port, path: "/v1"), false, quirks)
    }

    private static func service(
        _ id: String, _ title: String, _ address: String?, _ quirks: (inout ChatProvider.Quirks) -> Void
    ) -> ChatPreset {
        let place = address.map { address in
            let host = String(address.prefix { $0 != "/" })
            return BaseURL(scheme: "https", host: host, port: nil, path: String(address.dropFirst(host.count)))
        }
        return preset(id, title, place, true, quirks)
    }

    private static func preset(
        _ id: String, _ title: String, _ baseURL: BaseURL?, _ isService: Bool,
        _ change: (inout ChatProvider.Quirks) -> Void
    ) -> ChatPreset {
        var quirks = ChatProvider.Quirks()
        change(&quirks)
        return ChatPreset(id: id, title: title, baseURL: baseURL, isService: isService, quirks: quirks)
    }
}

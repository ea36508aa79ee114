extension NativeProvider {
    func upstream(
        _ name: String, _ configuration: Configuration, environment: [String: String]
    ) throws(CredentialsProblem) -> (any TranslatingUpstream)? {
        switch type {
        case .bedrock: try BedrockUpstream(name, self, configuration, environment: environment)
        case .gemini: GeminiUpstream(name, self, configuration, environment: environment)
        case .vertex: try VertexUpstream(name, self, configuration, environment: environment)
        case .ollama: OllamaUpstream(name, self, configuration, environment: environment)
        }
    }
}

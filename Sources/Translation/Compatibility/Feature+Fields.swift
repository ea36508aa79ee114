extension Feature {
    /// Of a field of the Messages API that an API elsewhere has no word for, and that the codec has not looked at.
    static func leftOut(field: String, provider: String) throws(TranslationRefusal) -> Feature {
        switch field {
        case "mcp_servers":
            throw TranslationRefusal(
                field, "mcp_servers: only a provider of type anthropic connects to MCP servers; \(provider) does not")
        case "context_management", "compaction": return .contextManagement
        case "service_tier": return .serviceTier
        case "speed", "inference_geo": return .speed
        case "container": return .container
        case "cache_control": return .cacheControl
        default: return .unknownField
        }
    }
}

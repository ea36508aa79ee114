package import JSON

/// Requests to Claude models that others host: Anthropic's own, but for where the model and the version stand, and for what
/// the host does not know.
package enum HostedClaude {
    /// What a host knows of the newer parts of the API.
    package struct Host: Sendable {
        let version: String
        let betas: Set<String>
        /// Names that the host has for what Anthropic calls otherwise.
        let otherNames: [String: String]
        /// The betas stand in the body, and the path says whether to stream.
        var isSaidElsewhere = false

        package static let vertex = Host(
            version: "vertex-2023-10-16",
            betas: [
                "claude-code-20250219", "interleaved-thinking-2025-05-14", "context-1m-2025-08-07",
                "context-management-2025-06-27", "computer-use-2025-01-24", "computer-use-2025-11-24",
                "fine-grained-tool-streaming-2025-05-14", "effort-2025-11-24", "tool-search-tool-2025-10-19",
                "web-search-2025-03-05", "compact-2026-01-12", "token-efficient-tools-2025-02-19",
                "extended-cache-ttl-2025-04-11", "prompt-caching-2024-07-31", "pdfs-2024-09-25",
            ],
            otherNames: ["advanced-tool-use-2025-11-20": "tool-search-tool-2025-10-19"])

        package static let bedrock = Host(
            version: "bedrock-2023-05-31",
            betas: [
                "interleaved-thinking-2025-05-14", "context-1m-2025-08-07", "context-management-2025-06-27",
                "computer-use-2025-01-24", "computer-use-2025-11-24", "fine-grained-tool-streaming-2025-05-14",
                "effort-2025-11-24", "tool-search-tool-2025-10-19", "tool-examples-2025-10-29", "compact-2026-01-12",
                "token-efficient-tools-2025-02-19", "output-128k-2025-02-19", "dev-full-thinking-2025-05-14",
            ],
            otherNames: ["advanced-tool-use-2025-11-20": "tool-search-tool-2025-10-19"], isSaidElsewhere: true)

        /// Those of a client's betas that may be sent; another would have the whole request refused.
        package func known(_ wanted: [String]) -> [String] {
            var result: [String] = []
            for beta in wanted {
                let name = otherNames[beta] ?? beta
                if betas.contains(name), !result.contains(name) { result.append(name) }
            }
            return result
        }
    }

    /// `model`: written where the host wants it in the body.
    package static func encode(
        _ root: JSONElement, for host: Host, provider: String, betas: [String], model: String? = nil,
        isCount: Bool = false
    ) throws(TranslationRefusal) -> EncodedRequest {
        let request = try AnthropicRequest(root)
        var leftOut = LeftOut()
        let known = host.known(betas)
        if betas.contains(where: { host.known([$0]).isEmpty }) { leftOut.note(.betas) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(root.sourceBytes.count + 256)
        var writer = JSONWriter(appendingTo: bytes)
        writer.beginObject()
        writer.key("anthropic_version")
        writer.string(host.version)
        if let model {
            writer.key("model")
            writer.string(model)
        }
        if host.isSaidElsewhere { bodyOnly(known, request, isCount: isCount, &writer) }
        if case .object? = OutputFormat(request.outputConfig) { leftOut.note(.outputFormat) }
        let foreign = ForeignThinking.ranges(in: root)
        if !foreign.isEmpty { leftOut.note(.thinkingHistory) }
        for member in root.members {
            let key = member.key.string ?? ""
            if key == "model" || key == "anthropic_version" { continue }
            if key == "stream", isCount || host.isSaidElsewhere { continue }
            guard isKnown(key, known) else {
                leftOut.note(try Feature.leftOut(field: key, provider: provider))
                continue
            }
            writer.key(key)
            if key == "messages", !foreign.isEmpty {
                let kept = without(foreign, member.value)
                kept.withUnsafeBytes { writer.raw($0) }
            } else {
                writer.raw(member.value.sourceBytes)
            }
        }
        writer.endObject()
        return EncodedRequest(writer.take(), request, leftOut, ToolNames(), mediaBytes: 0)
    }

    /// What other hosts read in a header, or do not ask for.
    private static func bodyOnly(
        _ betas: [String], _ request: AnthropicRequest, isCount: Bool, _ writer: inout JSONWriter
    ) {
        if !betas.isEmpty {
            writer.key("anthropic_beta")
            writer.beginArray()
            for beta in betas { writer.string(beta) }
            writer.endArray()
        }
        // A request that is counted must be one that could be made.
        if isCount, request.maxTokens == nil {
            writer.key("max_tokens")
            writer.int(1)
        }
    }

    private static let fields: Set<String> = [
        "messages", "system", "tools", "tool_choice", "max_tokens", "stop_sequences", "thinking", "output_config",
        "metadata", "temperature", "top_p", "top_k", "stream",
    ]

    /// A beta and its field travel together.
    private static func isKnown(_ key: String, _ betas: [String]) -> Bool {
        switch key {
        case "context_management": betas.contains { $0.hasPrefix("context-management-") || $0.hasPrefix("compact-") }
        case "compaction": betas.contains { $0.hasPrefix("compact-") }
        default: fields.contains(key)
        }
    }

    private static func without(_ ranges: [Range<Int>], _ messages: JSONElement) -> [UInt8] {
        let source = messages.sourceBytes
        let start = messages.sourceRange.lowerBound
        var result: [UInt8] = []
        var place = 0
        for range in ranges {
            result += source[place..<(range.lowerBound - start)]
            place = range.upperBound - start
        }
        return result + source[place...]
    }
}

internal import JSON

/// The tools that a model elsewhere may see. A deferred one is seen once a `tool_reference` has named it, and stands behind
/// the others in the order of these, so that a tool that is loaded later changes nothing before it.
struct ShownTools {
    private(set) var tools: [JSONElement] = []
    private(set) var leftOut = LeftOut()
    /// The provider is to search the web by itself.
    private(set) var searchesWeb = false

    init(
        _ request: AnthropicRequest, provider: String, canSearchWeb: Bool = false
    ) throws(TranslationRefusal) {
        guard let all = request.tools, all.isArray else { return }
        var deferred: [(name: String, tool: JSONElement)] = []
        var isSearchable = false
        var hasExamples = false
        for tool in all.elements {
            let picked = PickedTool(tool)
            if canSearchWeb, picked.type?.string?.hasPrefix("web_search_") == true {
                searchesWeb = true
                for limit in Self.webSearchLimits where tool[limit]?.isNull == false { leftOut.note(.webSearchLimits) }
                continue
            }
            guard try Self.isClientTool(picked.type, provider) else {
                isSearchable = true
                leftOut.note(.toolSearch)
                continue
            }
            if picked.isDeferred, let name = picked.name?.string {
                deferred.append((name, tool))
            } else {
                tools.append(tool)
                if picked.hasExamples { hasExamples = true }
            }
        }
        let count = tools.count
        // Whoever searches on the server's side can find any of them, and nobody searches there for us.
        if isSearchable {
            tools += deferred.map(\.tool)
            deferred = []
        }
        if !deferred.isEmpty {
            for name in Self.referencedNames(request) {
                if let place = deferred.firstIndex(where: { $0.name == name }) {
                    tools.append(deferred.remove(at: place).tool)
                }
            }
            if !deferred.isEmpty { leftOut.note(.deferredTools) }
        }
        if hasExamples || tools[count...].contains(where: { PickedTool($0).hasExamples }) {
            leftOut.note(.toolExamples)
        }
    }

    private static let webSearchLimits = ["max_uses", "allowed_domains", "blocked_domains", "user_location"]

    /// False for a search among tools, which is replaced by showing all of them.
    private static func isClientTool(_ type: JSONElement?, _ provider: String) throws(TranslationRefusal) -> Bool {
        guard let type = type?.string, type != "custom", type != "function" else { return true }
        if type.hasPrefix("tool_search_tool_") { return false }
        throw TranslationRefusal(
            "tools",
            "tools: \(type) is run or defined by Anthropic, and provider \(provider) has nothing like it; "
                + "providers of type anthropic carry it")
    }

    /// The names that search results and calls have brought into the conversation, in their order.
    private static func referencedNames(_ request: AnthropicRequest) -> [String] {
        var names: [String] = []
        func note(_ name: JSONElement?) {
            if let name = name?.string, !names.contains(name) { names.append(name) }
        }
        guard let messages = request.messages else { return [] }
        for message in messages.elements {
            guard let content = message["content"], content.isArray else { continue }
            for block in content.elements {
                switch BlockKind(block) {
                case .toolUse: note(block["name"])
                case .toolResult:
                    guard let inner = block["content"], inner.isArray else { continue }
                    for part in inner.elements where BlockKind(part) == .toolReference { note(part["tool_name"]) }
                default: continue
                }
            }
        }
        return names
    }
}

internal import HTTP
internal import JSON
internal import LinuxSystem

/// WebSearch: a question to the service that the configuration names. Its address is the operator's choice and not judged; a
/// redirect would lead elsewhere, and is not followed.
struct WebSearchCall {
    let settings: SearchSettings
    let client: UpstreamClient

    private static let timeMax = TimeSpan.seconds(30)
    private static let answerBytesMax = 4 << 20

    static let withoutProvider = ToolOutcome.failure(
        "no_search_provider",
        "WebSearch has nothing to ask: put `search: { provider: searxng, base_url: \"http://127.0.0.1:8888\" }` into "
            + "sidecar.yaml, or brave, tavily, exa, serper or google with a `key`.")

    func run(_ input: JSONValue, within asked: TimeSpan?) async -> ToolOutcome {
        let filter: DomainFilter
        do throws(DomainFilter.Problem) {
            filter = try DomainFilter(input)
        } catch {
            return .failure("invalid_input", error.message, ending: .wrongInput)
        }
        let query = input["query"]?.string ?? ""
        let began = client.loop.clock.now()
        let limit = min(asked ?? Self.timeMax, Self.timeMax)
        let target = UpstreamTarget(
            baseURL: settings.address, authorityFile: settings.authorityFile, proxy: settings.proxy)
        let result = await WebExchange.run(
            SearchRequest.make(query, filter, settings), to: target, by: client, bytesMax: Self.answerBytesMax,
            within: limit)
        let name = settings.provider.rawValue
        switch result {
        case .failure(.cancelled): return .cancelled
        case .failure(.timedOut):
            return .failure("timed_out", "\(name) has not answered within \(limit).", ending: .timedOut)
        case .failure(.transfer(let error)): return .failure("unreachable", "\(name) cannot be asked: \(error).")
        case .success(let answer):
            guard answer.head.status == 200 else { return SearchFailure.outcome(answer, settings) }
            guard !answer.isCut, let json = try? JSONValue(parsing: answer.body),
                let found = SearchResult.read(json, from: settings.provider)
            else {
                return .failure(
                    "bad_answer",
                    "\(name) at \(settings.address) answers with what is no list of results. Is `search.base_url` right?"
                )
            }
            return outcome(query, pick(found, filter), client.loop.clock.now() - began)
        }
    }

    /// Services do not all keep to the filter, and some repeat themselves.
    private func pick(_ found: [SearchResult], _ filter: DomainFilter) -> [SearchResult] {
        var seen: Set<String> = []
        return Array(
            found.filter { filter.admits($0.address) && seen.insert($0.address).inserted }.prefix(settings.results))
    }

    private func outcome(_ query: String, _ results: [SearchResult], _ time: TimeSpan) -> ToolOutcome {
        var lines = ["Web search results for query: \(JSONValue.string(query).text())", ""]
        if results.isEmpty { lines.append("Nothing was found.") }
        for (index, result) in results.enumerated() {
            lines.append("\(index + 1). \(result.title.isEmpty ? result.address : result.title)")
            lines.append("   \(result.address)")
            let words = [result.date.map { "(\($0))" }, result.snippet.isEmpty ? nil : result.snippet].compactMap { $0 }
            if !words.isEmpty { lines.append("   \(words.joined(separator: " "))") }
        }
        return .text(
            lines.joined(separator: "\n"),
            [
                "query": .string(query), "provider": .string(settings.provider.rawValue),
                "results": [["tool_use_id": "", "content": .array(results.map(\.json))]],
                "durationSeconds": JSONNumber(Double(time.milliseconds) / 1000).map { .number($0) } ?? .null,
            ])
    }
}

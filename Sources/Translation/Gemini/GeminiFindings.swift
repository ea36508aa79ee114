internal import JSON

/// What Google Search has found for an answer. In a stream the last word about it is the fullest.
struct GeminiFindings {
    private var queries: [String] = []
    private(set) var pages: [(title: String, url: String)] = []

    var isEmpty: Bool { pages.isEmpty && queries.isEmpty }
    var query: String { queries.joined(separator: "; ") }

    mutating func note(_ grounding: JSONElement) {
        if let queries = grounding["webSearchQueries"], queries.isArray {
            let all = queries.elements.compactMap(\.string)
            if !all.isEmpty { self.queries = all }
        }
        guard let chunks = grounding["groundingChunks"], chunks.isArray else { return }
        let all = chunks.elements.compactMap { chunk -> (title: String, url: String)? in
            guard let page = chunk["web"], let url = page["uri"]?.string else { return nil }
            return (page["title"]?.string ?? url, url)
        }
        if all.count >= pages.count { pages = all }
    }
}

import JSON
import TestSupport

@testable import ToolRuntime

/// The six services as their documents have them: each refuses what the real one would, and answers in its own shape.
struct FakeSearchService {
    let provider: SearchProvider
    let key: String
    /// Title, address, snippet, date.
    var hits: [(String, String, String, String)] = []
    var asked = Shared<[String]>([])

    func answer(_ request: TestMessage) -> String {
        let words = request.firstLine.split(separator: " ").map(String.init)
        let parts = words[1].split(separator: "?", maxSplits: 1).map(String.init)
        let query = parameters(parts.count > 1 ? parts[1] : "")
        let body = (try? JSONValue(parsing: Array(request.text.utf8))) ?? .null
        switch provider {
        case .searxng:
            guard words[0] == "GET", parts[0] == "/search" else { return Self.error(404, "{}") }
            guard query["format"] == "json" else { return Self.error(403, "<html>403 Forbidden</html>") }
            return found(query["q"]) { hits in ["query": "x", "results": .array(hits), "unresponsive_engines": []] }
        case .brave:
            guard words[0] == "GET", parts[0] == "/res/v1/web/search" else { return Self.error(404, "{}") }
            guard field("x-subscription-token", request) == key else {
                return Self.error(
                    422,
                    #"{"type":"ErrorResponse","error":{"code":"SUBSCRIPTION_TOKEN_INVALID","detail":"The provided subscription token is invalid.","status":422}}"#
                )
            }
            guard let count = query["count"].flatMap({ Int($0) }), (1...20).contains(count) else {
                return Self.error(422, #"{"error":{"code":"VALIDATION"}}"#)
            }
            return found(query["q"]) { hits in
                hits.isEmpty
                    ? ["type": "search"] : ["type": "search", "web": ["type": "search", "results": .array(hits)]]
            }
        case .google:
            guard words[0] == "GET", parts[0] == "/customsearch/v1" else { return Self.error(404, "{}") }
            guard field("x-goog-api-key", request) == key || query["key"] == key else {
                return Self.error(
                    400, #"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key."}}"#)
            }
            guard query["cx"] == "engine-1", let number = query["num"].flatMap({ Int($0) }), (1...10).contains(number)
            else {
                return Self.error(400, #"{"error":{"code":400,"message":"Request contains an invalid argument."}}"#)
            }
            return found(query["q"]) { hits in
                hits.isEmpty
                    ? ["searchInformation": ["totalResults": "0"]]
                    : ["searchInformation": ["totalResults": "9"], "items": .array(hits)]
            }
        case .serper:
            guard let text = posted(request, words[0], parts[0], "x-api-key", key) else {
                return Self.error(403, #"{"message":"Unauthorized.","statusCode":403}"#)
            }
            guard text == "application/json", body["num"]?.int != nil else {
                return Self.error(400, #"{"message":"Bad"}"#)
            }
            return found(body["q"]?.string) { hits in ["searchParameters": ["type": "search"], "organic": .array(hits)]
            }
        case .tavily:
            guard let text = posted(request, words[0], parts[0], "authorization", "Bearer \(key)") else {
                return Self.error(401, #"{"detail":{"error":"Unauthorized: missing or invalid API key."}}"#)
            }
            let known = ["query", "max_results", "search_depth", "include_domains", "exclude_domains"]
            guard text == "application/json", body.object?.keys.allSatisfy({ known.contains($0) }) == true,
                (0...20).contains(body["max_results"]?.int ?? -1)
            else { return Self.error(422, #"{"detail":"x"}"#) }
            return found(body["query"]?.string) { hits in ["query": "x", "results": .array(hits), "response_time": 1] }
        case .exa:
            guard let text = posted(request, words[0], parts[0], "x-api-key", key) else {
                return Self.error(401, #"{"error":"Invalid API key","tag":"INVALID_API_KEY"}"#)
            }
            guard text == "application/json", ["auto", "neural", "fast"].contains(body["type"]?.string),
                body["includeDomains"] == nil || body["excludeDomains"] == nil, body["numResults"]?.int != nil
            else { return Self.error(400, #"{"error":"Bad"}"#) }
            return found(body["query"]?.string) { hits in ["requestId": "1", "results": .array(hits)] }
        }
    }

    static func error(_ status: Int, _ body: String, _ fields: String = "") -> String {
        "HTTP/1.1 \(status) No\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private func field(_ name: String, _ request: TestMessage) -> String? {
        request.fields.first { $0.name.lowercased() == name }?.value
    }

    /// The type of the body, where the rest is right.
    private func posted(
        _ request: TestMessage, _ method: String, _ path: String, _ name: String, _ value: String
    ) -> String? {
        method == "POST" && path == "/search" && field(name, request) == value ? field("content-type", request) : nil
    }

    private func found(_ query: String?, _ shape: ([JSONValue]) -> JSONValue) -> String {
        guard let query, !query.isEmpty else { return Self.error(400, "{}") }
        asked.change { $0.append(query) }
        let names: (String, String, String)
        switch provider {
        case .searxng: names = ("url", "content", "publishedDate")
        case .brave: names = ("url", "description", "page_age")
        case .tavily: names = ("url", "content", "published_date")
        case .exa: names = ("url", "text", "publishedDate")
        case .serper: names = ("link", "snippet", "date")
        case .google: names = ("link", "snippet", "x")
        }
        let list = hits.map { hit -> JSONValue in
            var value: JSONValue = ["title": .string(hit.0)]
            value[names.0] = .string(hit.1)
            value[names.1] = .string(hit.2)
            value[names.2] = .string(hit.3)
            return value
        }
        return TestUpstream.ok(shape(list).text(), "Content-Type: application/json\r\n")
    }

    private func parameters(_ text: String) -> [String: String] {
        var result: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            result[parts[0]] = parts.count > 1 ? decoded(parts[1]) : ""
        }
        return result
    }

    private func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

internal import HTTP

/// In which form a client takes an answer.
struct MCPAccept: Equatable {
    let json: Bool
    let stream: Bool

    static let jsonType = "application/json"
    static let streamType = "text/event-stream"

    /// Who says nothing takes both.
    init(_ fields: HTTPFields) {
        let values = fields.values("accept")
        if values.isEmpty {
            (json, stream) = (true, true)
            return
        }
        let types = values.flatMap { $0.split(separator: ",") }.compactMap(Self.wanted)
        json = types.contains { [Self.jsonType, "application/*", "*/*"].contains($0) }
        stream = types.contains { [Self.streamType, "text/*", "*/*"].contains($0) }
    }

    /// nil for what comes with a weight of 0, which means: not this.
    private static func wanted(_ part: Substring) -> String? {
        let parts = part.split(separator: ";").map { $0.trimmingSpaces().lowercased() }
        let isRefused = parts.dropFirst().contains { $0.hasPrefix("q=0") && !$0.contains { ("1"..."9").contains($0) } }
        return isRefused ? nil : parts.first
    }

    static func isJSON(_ contentType: String?) -> Bool {
        contentType?.split(separator: ";").first.map { $0.trimmingSpaces().lowercased() } == jsonType
    }
}

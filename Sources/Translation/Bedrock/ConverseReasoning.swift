internal import JSON

/// What a model wants back of what it thought: a signature, or thoughts that nobody else can read. A thinking block carries
/// it through the client, bound to provider and model.
struct ConverseReasoning: Equatable {
    private(set) var signature = ""
    private(set) var redacted: [String] = []
    /// Of all of it, as it was sent.
    private var bytes = 0

    init() {}

    /// A client carries it from turn to turn; one that is longer is no use to anybody.
    private static let bytesMax = 1 << 20

    mutating func note(signature piece: String) {
        if hasRoom(piece) { signature += piece }
    }

    mutating func note(redacted piece: String) {
        if !piece.isEmpty, hasRoom(piece) { redacted.append(piece) }
    }

    private mutating func hasRoom(_ piece: String) -> Bool {
        bytes += piece.utf8.count
        return bytes <= Self.bytesMax
    }

    var isEmpty: Bool { signature.isEmpty && redacted.isEmpty }

    /// nil: somebody else's, or nothing that is wanted back.
    init?(_ block: JSONElement, provider: String, model: String) {
        guard let text = block["signature"]?.string,
            let payload = ThinkingSignature.payload(in: text, provider: provider, model: model), !payload.isEmpty,
            let value = try? JSONValue(parsing: payload)
        else { return nil }
        signature = value["signature"]?.string ?? ""
        redacted = value["redacted"]?.array?.compactMap(\.string) ?? []
        if isEmpty { return nil }
    }

    var payload: [UInt8] {
        if isEmpty || bytes > Self.bytesMax { return [] }
        let redacted = JSONValue.array(redacted.map { .string($0) })
        return (["signature": .string(signature), "redacted": redacted] as JSONValue).bytes()
    }

    /// As members of a message's content.
    func write(_ text: JSONElement?, to writer: inout JSONWriter) {
        if !signature.isEmpty, let text {
            begin(&writer)
            writer.key("reasoningText")
            writer.beginObject()
            writer.key("text")
            writer.raw(text.sourceBytes)
            writer.key("signature")
            writer.string(signature)
            writer.endObject()
            end(&writer)
        }
        for piece in redacted {
            begin(&writer)
            writer.key("redactedContent")
            writer.string(piece)
            end(&writer)
        }
    }

    private func begin(_ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("reasoningContent")
        writer.beginObject()
    }

    private func end(_ writer: inout JSONWriter) {
        writer.endObject()
        writer.endObject()
    }
}

internal import JSON

/// Thought signatures on their way through a client. Each belongs to one part of the model's answer; the thinking block in
/// front of it carries it, bound to provider and model.
struct GeminiSignatures: Equatable {
    /// Of the first text, and of the first call, that follow the block.
    var text: String?
    var call: String?
    /// Of the thought itself.
    var thought: String?

    init() {}

    var isEmpty: Bool { self == GeminiSignatures() }

    /// nil: somebody else's.
    init?(_ signature: String, provider: String, model: String) {
        guard let payload = ThinkingSignature.payload(in: signature, provider: provider, model: model) else {
            return nil
        }
        guard !payload.isEmpty else { return }
        guard let value = try? JSONValue(parsing: payload) else { return nil }
        text = value["text"]?.string
        call = value["call"]?.string
        thought = value["thought"]?.string
    }

    var payload: [UInt8] {
        if isEmpty { return [] }
        var writer = JSONWriter()
        writer.beginObject()
        for (key, value) in [("text", text), ("call", call), ("thought", thought)] {
            guard let value else { continue }
            writer.key(key)
            writer.string(value)
        }
        writer.endObject()
        return writer.take()
    }
}

/// The id of a call for clients: the provider's own id inside of it and, for clients that are shown no thinking, the call's
/// signature. A call without either gets a plain one.
struct GeminiCallID: Equatable {
    private static let mark = "toolu_g_"

    var upstream: String?
    /// The text of a `ThinkingSignature`.
    var signature: String?

    init(upstream: String?, signature: String?) {
        self.upstream = upstream
        self.signature = signature
    }

    /// Mostly it is an id of another make, of which the first letters say so.
    init(_ id: JSONElement?) {
        let isMarked = id?.plainUTF8?.starts(with: Self.mark.utf8) ?? true
        self.init(isMarked ? id?.string ?? "" : "")
    }

    init(_ text: String) {
        guard text.hasPrefix(Self.mark), let bytes = Base64URL.decode(text.dropFirst(Self.mark.count)) else { return }
        let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        if let first = parts.first, !first.isEmpty { upstream = String(decoding: first, as: UTF8.self) }
        if parts.count == 2 { signature = String(decoding: parts[1], as: UTF8.self) }
    }

    /// Empty where there is nothing to carry.
    var text: String {
        if upstream == nil && signature == nil { return "" }
        let bytes = Array((upstream ?? "").utf8) + (signature.map { [0] + Array($0.utf8) } ?? [])
        return Self.mark + Base64URL.encode(bytes)
    }
}

internal import JSON

/// An item of the Responses API that holds what a model thought: encrypted, for the model itself, and summed up, for
/// people. The summary is the thinking block's text; everything else travels inside of the block's signature.
struct ReasoningItem: Equatable {
    let id: String
    var encrypted: String?
    /// How many bytes of the text each part of the summary has, where there are several.
    var parts: [Int] = []

    /// Between two parts of a summary, which have no blank of their own.
    static let separator = "\n\n"

    init(id: String) { self.id = id }

    /// That of a signature, if this provider and this model made it.
    init?(_ signature: String, provider: String, model: String) {
        guard let payload = ThinkingSignature.payload(in: signature, provider: provider, model: model),
            let value = try? JSONValue(parsing: payload), let id = value["id"]?.string
        else { return nil }
        self.id = id
        encrypted = value["encrypted"]?.string
        parts = (value["parts"]?.array ?? []).compactMap(\.int)
    }

    var payload: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("id")
        writer.string(id)
        if let encrypted {
            writer.key("encrypted")
            writer.string(encrypted)
        }
        if parts.count > 1 {
            writer.key("parts")
            writer.beginArray()
            for part in parts { writer.int(part) }
            writer.endArray()
        }
        writer.endObject()
        return writer.take()
    }

    func write(to writer: inout JSONWriter, text: String) {
        writer.beginObject()
        writer.key("type")
        writer.string("reasoning")
        writer.key("id")
        writer.string(id)
        writer.key("summary")
        writer.beginArray()
        for part in summary(of: text) {
            writer.beginObject()
            writer.key("type")
            writer.string("summary_text")
            writer.key("text")
            writer.string(part)
            writer.endObject()
        }
        writer.endArray()
        if let encrypted {
            writer.key("encrypted_content")
            writer.string(encrypted)
        }
        writer.endObject()
    }

    /// The parts again, where the text is still the one that they were joined to.
    private func summary(of text: String) -> [String] {
        if text.isEmpty { return [] }
        let bytes = Array(text.utf8)
        let separator = Array(Self.separator.utf8)
        var result: [String] = []
        var place = 0
        for (number, count) in parts.enumerated() {
            guard count >= 0, count <= bytes.count - place else { return [text] }
            result.append(String(decoding: bytes[place..<(place + count)], as: UTF8.self))
            place += count
            guard number < parts.count - 1 else { break }
            guard bytes[place...].starts(with: separator) else { return [text] }
            place += separator.count
        }
        return parts.count > 1 && place == bytes.count ? result : [text]
    }
}

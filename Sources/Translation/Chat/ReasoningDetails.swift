internal import JSON

/// OpenRouter's `reasoning_details`: what a model thought, in pieces, some of them signed or encrypted, to be sent back as
/// they were. The text of it is the thinking block's own; everything else travels inside of the block's signature.
struct ReasoningDetails {
    /// Members of the piece that holds the text: its type, format, id and signature.
    private var text = JSONObject()
    private var others: [JSONValue] = []

    init() {}

    var isEmpty: Bool { text.isEmpty && others.isEmpty }

    /// Those in a signature, if this provider and this model made it.
    init?(_ signature: String, provider: String, model: String) {
        guard let payload = ThinkingSignature.payload(in: signature, provider: provider, model: model),
            let value = payload.isEmpty ? [:] : try? JSONValue(parsing: payload)
        else { return nil }
        text = value["text"]?.object ?? JSONObject()
        others = value["others"]?.array ?? []
    }

    /// From one event or one answer.
    mutating func add(_ details: JSONElement) {
        for detail in details.elements {
            let type = detail["type"]?.string ?? ""
            guard type == "reasoning.text" || type == "reasoning.summary" else {
                if type == "reasoning.encrypted" { others.append(JSONValue(detail)) }
                continue
            }
            for member in detail.members {
                guard let key = member.key.string, key != "text", key != "summary", !member.value.isNull else {
                    continue
                }
                text[key] = JSONValue(member.value)
            }
        }
    }

    var payload: [UInt8] {
        if isEmpty { return [] }
        var writer = JSONWriter()
        writer.value(
            .object(
                JSONObject([
                    JSONObject.Member(key: "text", value: .object(text)),
                    JSONObject.Member(key: "others", value: .array(others)),
                ])))
        return writer.take()
    }

    func write(to writer: inout JSONWriter, text words: JSONElement?) {
        if let words, !words.isBlankText {
            let isSummary = text["type"]?.string == "reasoning.summary"
            writer.beginObject()
            if text["type"] == nil {
                writer.key("type")
                writer.string("reasoning.text")
            }
            for member in text.members {
                writer.key(member.key)
                writer.value(member.value)
            }
            writer.key(isSummary ? "summary" : "text")
            writer.raw(words.sourceBytes)
            writer.endObject()
        }
        for other in others { writer.value(other) }
    }
}

package import HTTP
internal import JSON

extension ScriptedUpstream {
    /// `GET /v1/models`, and with an id `GET /v1/models/{id}`.
    package func models(id: String? = nil, extraFields: HTTPFields = HTTPFields()) -> ScriptedAnswer {
        var writer = JSONWriter()
        if let id {
            guard script.models.contains(id) else {
                let refusal = ScriptedRefusal(status: 404, type: "not_found_error", message: "model: \(id)")
                return .refusal(refusal, fields: extraFields)
            }
            Self.write(id, into: &writer)
            return .json(writer.take(), fields: extraFields)
        }
        writer.beginObject()
        writer.key("data")
        writer.beginArray()
        for model in script.models { Self.write(model, into: &writer) }
        writer.endArray()
        writer.key("has_more")
        writer.bool(false)
        writer.member("first_id", script.models.first)
        writer.member("last_id", script.models.last)
        writer.endObject()
        return .json(writer.take(), fields: extraFields)
    }

    private static func write(_ model: String, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", "model")
        writer.member("id", model)
        writer.member("display_name", model)
        writer.member("created_at", madeUpDate)
        writer.endObject()
    }

    /// Clients parse it; nothing depends on it.
    private static let madeUpDate = "2026-01-01T00:00:00Z"
}

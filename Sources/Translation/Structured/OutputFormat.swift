internal import JSON

/// The two ways in which an answer can be bound to JSON.
enum OutputFormat {
    /// Anthropic's `output_config.format` with a schema.
    case schema(JSONElement)
    /// Any object, as OpenAI's clients ask for it.
    case object

    static let jsonObject = "json_object"

    init?(_ outputConfig: JSONElement?) {
        guard let format = outputConfig?["format"], format.isObject else { return nil }
        if format["type"]?.equals(Self.jsonObject) == true {
            self = .object
        } else if let schema = format["schema"] {
            self = .schema(schema)
        } else {
            return nil
        }
    }
}

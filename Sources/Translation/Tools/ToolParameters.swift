internal import JSON

extension JSONWriter {
    /// What a tool takes, to the letter. One without parameters has a schema all the same; the empty one is refused.
    mutating func parameters(of tool: JSONElement) {
        key("parameters")
        if let schema = tool["input_schema"], schema.isObject, schema.count > 0 {
            raw(schema.sourceBytes)
        } else {
            beginObject()
            key("type")
            string("object")
            key("properties")
            beginObject()
            endObject()
            endObject()
        }
    }
}

package import JSON

/// A tool as clients see it.
package struct MCPTool: Sendable, Equatable {
    package let name: String
    package let title: String
    package let description: String
    package let inputSchema: JSONValue
    /// nil: what programs get of its results is not promised.
    package let outputSchema: JSONValue?
    /// Hints; clients ask a person by them, and nobody relies on them.
    package let annotations: JSONValue
    /// What a server has put in for its clients.
    package var meta: JSONValue?

    package init(
        name: String, title: String, description: String, inputSchema: JSONValue, outputSchema: JSONValue?,
        annotations: JSONValue
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.inputSchema = inputSchema
        self.outputSchema = outputSchema
        self.annotations = annotations
    }

    /// Somebody else's, under another name. What it does not say is left out again.
    package init(_ json: JSONValue, name: String) {
        let annotations = json["annotations"] ?? [:]
        self.init(
            name: name, title: json["title"]?.string ?? annotations["title"]?.string ?? json["name"]?.string ?? name,
            description: json["description"]?.string ?? "",
            inputSchema: json["inputSchema"] ?? ["type": "object"], outputSchema: json["outputSchema"],
            annotations: annotations)
        meta = json["_meta"]
    }

    /// All of it, in the newest form.
    package var definition: JSONValue { json(.july2026) }

    /// With what that version knows, and nothing else.
    func json(_ version: MCPVersion) -> JSONValue {
        var json: JSONValue = ["name": .string(name)]
        if version.hasStructuredResults { json["title"] = .string(title) }
        json["description"] = .string(description)
        json["inputSchema"] = inputSchema
        if version.hasStructuredResults, let outputSchema { json["outputSchema"] = outputSchema }
        if version.hasAnnotations {
            var hints: JSONValue = ["title": .string(title)]
            for hint in annotations.object?.members ?? [] { hints[hint.key] = hint.value }
            json["annotations"] = hints
        }
        if let meta { json["_meta"] = meta }
        return json
    }
}

package import JSON

/// Tools that an agent has beside the sidecar's own.
package protocol AgentTools: Sendable {
    /// As the API takes them.
    var definitions: [JSONValue] { get }
    func has(_ name: String) -> Bool
    /// What the model is to see of it.
    func run(_ name: String, _ input: JSONValue) async -> (content: [JSONValue], isError: Bool)
}

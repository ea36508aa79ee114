internal import JSON
internal import MCP

/// What all servers offer together, by the names that clients see. A value: for every loop.
struct MCPOffer: Sendable {
    struct Place: Sendable, Equatable {
        let server: String
        let tool: String
    }

    private(set) var tools: [MCPTool] = []
    private(set) var places: [String: Place] = [:]
    /// Servers of which nobody knows yet what they offer.
    private(set) var untold: [String] = []

    /// Another number for another offer.
    let edition: Int

    init() { edition = 0 }

    init(_ servers: [MCPManagedServer], edition: Int) {
        self.edition = edition
        for server in servers where server.entry.isEnabled && server.entry.problem == nil {
            if server.offered[.tools] == nil { untold.append(server.name) }
            for json in server.tools {
                guard let own = json["name"]?.string else { continue }
                let name = MCPToolNames.offered(server.name, server.entry.tools.rename[own] ?? own)
                // Two may have been renamed to one: the first has the name.
                guard places[name] == nil else { continue }
                places[name] = Place(server: server.name, tool: own)
                tools.append(MCPTool(json, name: name))
            }
        }
    }

    func place(_ name: String) -> Place? {
        if let known = places[name] { return known }
        // One that has never run is started by the call, and then says whether it has that tool.
        for server in untold where name.hasPrefix("\(server)__") {
            return Place(server: server, tool: String(name.dropFirst(server.count + 2)))
        }
        return nil
    }
}

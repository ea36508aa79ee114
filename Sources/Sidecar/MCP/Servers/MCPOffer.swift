internal import JSON
internal import MCP
internal import YAML

/// What all servers offer together, by the names that clients see. A value: for every loop.
struct MCPOffer: Sendable {
    struct Place: Sendable, Equatable {
        let server: String
        let tool: String
    }

    private(set) var tools: [MCPTool] = []
    private(set) var places: [String: Place] = [:]
    private(set) var beside = MCPBeside()
    /// Of prompts, by the names that clients see.
    private(set) var prompts: [String: Place] = [:]
    /// Whose resources may be read, and which.
    private(set) var resourceServers: [String: MCPToolFilter] = [:]
    /// Servers of which nobody knows yet what they offer.
    private(set) var untold: [String] = []

    /// Another number for another offer.
    let edition: Int

    init() { edition = 0 }

    /// `allows`: the policy's word on a tool of a server.
    init(_ servers: [MCPManagedServer], edition: Int, allows: (_ server: String, _ tool: String) -> Bool) {
        self.edition = edition
        for server in servers where server.entry.mayRun && server.entry.problem == nil {
            if server.offered[.tools] == nil { untold.append(server.name) }
            addBeside(server)
            for json in server.tools {
                guard let own = json["name"]?.string else { continue }
                let name = MCPToolNames.offered(server.name, server.entry.tools.rename[own] ?? own)
                // Two may have been renamed to one: the first has the name.
                guard places[name] == nil else { continue }
                places[name] = Place(server: server.name, tool: own)
                // Who calls it all the same is told by which rule it is denied.
                guard allows(server.name, own) else { continue }
                tools.append(MCPTool(json, name: name))
            }
        }
    }

    private mutating func addBeside(_ server: MCPManagedServer) {
        let entry = server.entry
        resourceServers[server.name] = entry.resources
        for json in server.offered[.prompts] ?? [] {
            guard let own = json["name"]?.string, entry.prompts.offers(own) else { continue }
            let name = MCPToolNames.offered(server.name, entry.prompts.rename[own] ?? own)
            guard prompts[name] == nil else { continue }
            prompts[name] = Place(server: server.name, tool: own)
            var json = json
            json["name"] = .string(name)
            if json["title"] == nil { json["title"] = .string(own) }
            beside[.prompts].append(json)
        }
        for what in [MCPOffered.resources, .templates] {
            for json in server.offered[what] ?? [] {
                guard let own = json[what.name]?.string, entry.resources.offers(own) else { continue }
                beside[what].append(MCPResourceNames.renamed(json, server.name, what.name))
            }
        }
    }

    func hint(forPrompt name: String) -> String { NearestName.hint(for: name, among: prompts.keys.sorted()) }

    /// Which lists are others than in `known`.
    func changes(since known: MCPOffer) -> [MCPOffered] {
        MCPOffered.allCases.filter { what in
            what == .tools ? tools != known.tools : beside[what] != known.beside[what]
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

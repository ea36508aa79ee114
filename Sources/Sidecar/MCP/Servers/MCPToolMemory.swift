internal import JSON
internal import LinuxSystem
internal import MCP

/// What a server offered when it ran last, so that it can be offered before it runs again: who is lazy would otherwise be
/// started by everybody who only looks. A file for each, which is forgotten when the entry is another.
enum MCPToolMemory {
    static func recall(_ entry: MCPServerEntry, _ surroundings: MCPSurroundings) -> [MCPOffered: [JSONValue]]? {
        guard let path = path(entry, surroundings), let bytes = try? File.read(path, limit: 8 << 20),
            let json = try? JSONValue(parsing: bytes), json["entry"] == identity(entry, surroundings)
        else { return nil }
        var offered: [MCPOffered: [JSONValue]] = [:]
        for what in MCPOffered.allCases { offered[what] = json[what.rawValue]?.array }
        return offered
    }

    static func keep(_ entry: MCPServerEntry, _ offered: [MCPOffered: [JSONValue]], _ surroundings: MCPSurroundings) {
        guard let path = path(entry, surroundings), recall(entry, surroundings) != offered else { return }
        var json: JSONValue = ["entry": identity(entry, surroundings)]
        for (what, list) in offered { json[what.rawValue] = .array(list) }
        // It is only remembered less well.
        try? File.makeDirectories(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
        try? File.writeAtomically(path, json.bytes())
    }

    private static func path(_ entry: MCPServerEntry, _ surroundings: MCPSurroundings) -> String? {
        surroundings.stateFolder.map { "\(MCPServerLog.folder($0))/\(entry.name).offer.json" }
    }

    /// As it is written, and where: the values of variables are nobody's business.
    private static func identity(_ entry: MCPServerEntry, _ surroundings: MCPSurroundings) -> JSONValue {
        var json = entry.json
        for key in ["enabled", "lazy", "restart", "tools"] { json["sidecar"]?[key] = nil }
        json["env"] = nil
        json["headers"] = nil
        json["oauth"] = nil
        return ["json": json, "folder": .string(surroundings.workspace)]
    }
}

package import JSON

/// By which addresses the resources of several servers are offered as those of one: `sidecar://SERVER/` and then the server's own
/// address, whatever it is. So two servers may have the same one, and which server is meant can be read off again; what a
/// client makes of a template is a resource's address too.
package enum MCPResourceNames {
    private static let scheme = "sidecar://"

    package static func offered(_ server: String, _ uri: String) -> String { "\(scheme)\(server)/\(uri)" }

    package static func parse(_ name: String) -> (server: String, uri: String)? {
        guard name.hasPrefix(scheme) else { return nil }
        let rest = name.dropFirst(scheme.count)
        guard let slash = rest.firstIndex(of: "/"), slash != rest.startIndex else { return nil }
        let uri = rest[rest.index(after: slash)...]
        return uri.isEmpty ? nil : (String(rest[..<slash]), String(uri))
    }

    /// A resource, a template, or what was read of one.
    package static func renamed(_ item: JSONValue, _ server: String, _ key: String = "uri") -> JSONValue {
        guard let uri = item[key]?.string else { return item }
        var item = item
        item[key] = .string(offered(server, uri))
        return item
    }

    /// A piece of a tool's result or of a prompt, which may lead to a resource or have one in it.
    package static func renamed(content: JSONValue, _ server: String) -> JSONValue {
        switch content["type"]?.string {
        case "resource_link": return renamed(content, server)
        case "resource":
            var content = content
            if let resource = content["resource"] { content["resource"] = renamed(resource, server) }
            return content
        default: return content
        }
    }
}

internal import JSON
internal import LinuxSystem
internal import MCP
internal import Synchronization

/// Our own tools and those of all servers, as one server. Made anew when what they offer has changed; from any loop.
final class MCPCombined: Sendable {
    private let makeOwn: @Sendable () -> MCPServer
    private let servers: MCPServers?
    private let made = Mutex<Made?>(nil)

    /// What else our own tools are from now on, under another policy. True where another list of them comes of it.
    func renew(_ own: MCPServer) -> Bool {
        let old = made.withLock { made in
            let old = made?.own
            // Of no edition that there is: what the servers offer is joined to it when it is asked for.
            made = Made(own: own, edition: -1, whole: own)
            return old
        }
        return (old ?? makeOwn()).tools.map(\.name) != own.tools.map(\.name)
    }

    private struct Made {
        let own: MCPServer
        var edition: Int
        var whole: MCPServer
    }

    /// `own` is asked at the first request: who has no MCP client starts no later for it.
    init(servers: MCPServers?, own: @escaping @Sendable () -> MCPServer) {
        makeOwn = own
        self.servers = servers
    }

    var server: MCPServer {
        let offer = servers?.offer ?? MCPOffer()
        return made.withLock { made in
            if let known = made, known.edition == offer.edition { return known.whole }
            let own = made?.own ?? makeOwn()
            let theirs = servers?.hidesTools == true && !offer.tools.isEmpty ? MCPMetaTools.tools : offer.tools
            let whole = own.joined(by: theirs, servers == nil ? nil : offer.beside) { offer.place($0) != nil }
            made = Made(own: own, edition: offer.edition, whole: whole)
            return whole
        }
    }
}

extension MCPServers {
    /// How long a client's first look is held up for servers that are only just being started.
    static let introductionTime = TimeSpan.seconds(2)
}

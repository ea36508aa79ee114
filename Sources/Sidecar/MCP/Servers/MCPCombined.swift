internal import JSON
internal import LinuxSystem
internal import MCP
internal import Synchronization

/// Our own tools and those of all servers, as one server. Made anew when what they offer has changed; from any loop.
final class MCPCombined: Sendable {
    private let makeOwn: @Sendable () -> MCPServer
    private let servers: MCPServers?
    private let made = Mutex<Made?>(nil)

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
            let whole = own.joined(by: offer.tools) { offer.place($0) != nil }
            made = Made(own: own, edition: offer.edition, whole: whole)
            return whole
        }
    }
}

extension MCPServers {
    /// How long a client's first look is held up for servers that are only just being started.
    static let introductionTime = TimeSpan.seconds(2)

    /// nil: it is no tool of any of them. From any loop; the answer comes back there.
    func run(
        _ call: MCPCall, onProgress: (@Sendable (Double, String) -> Void)?
    ) async -> Result<MCPCallResult, RPCError>? {
        guard let place = offer.place(call.tool) else { return nil }
        var heard: (@Sendable (JSONValue) -> Void)?
        if let onProgress {
            heard = { onProgress($0["progress"]?.double ?? 0, $0["message"]?.string ?? "") }
        }
        switch await self.call(place.server, place.tool, call.arguments, onProgress: heard) {
        case .success(let answer): return .success(MCPCallResult(answer))
        case .failure(.unknown(let message)): return .failure(RPCError(.invalidParameters, message))
        // The model is to see what is wrong, and to do better.
        case .failure(let trouble):
            return .success(MCPCallResult(content: [.text(trouble.message)], isError: true))
        }
    }
}

extension MCPCallResult {
    /// As a server gave it.
    init(_ answer: JSONValue) {
        self.init(
            content: (answer["content"]?.array ?? []).map { .raw($0) }, structured: answer["structuredContent"],
            isError: answer["isError"]?.bool == true, meta: answer["_meta"] ?? [:])
    }
}

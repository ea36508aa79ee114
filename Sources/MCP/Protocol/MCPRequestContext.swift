package import JSON

/// What a request is answered by: the version that it is written in, and what it asks for beside its result.
package struct MCPRequestContext: Sendable, Equatable {
    package let version: MCPVersion
    /// Whoever gives one wants to hear how far a call has come.
    package let progressToken: RPCID?
    /// nil: no messages of the log.
    package let logLevel: MCPLogLevel?
    /// What whoever sent it can be asked for in the middle of a call: in a session by a request, else by the result.
    package let abilities: JSONValue

    package enum Key {
        package static let version = "io.modelcontextprotocol/protocolVersion"
        package static let capabilities = "io.modelcontextprotocol/clientCapabilities"
        package static let clientInfo = "io.modelcontextprotocol/clientInfo"
        package static let logLevel = "io.modelcontextprotocol/logLevel"
        package static let serverInfo = "io.modelcontextprotocol/serverInfo"
        package static let subscription = "io.modelcontextprotocol/subscriptionId"
        static let progressToken = "progressToken"
    }

    /// Of a request that belongs to a session, which knows version and level.
    init(
        _ request: RPCRequest, session version: MCPVersion, logLevel: MCPLogLevel?, abilities: JSONValue
    ) throws(RPCError) {
        self.version = version
        self.logLevel = logLevel
        self.abilities = abilities
        progressToken = try Self.progressToken(request.parameters["_meta"])
    }

    /// Of a request that stands alone.
    init(alone request: RPCRequest) throws(RPCError) {
        let meta = try Self.metaAlone(request)
        guard let name = meta[Key.version]?.string else {
            throw RPCError(.invalidParameters, "`_meta`: `\(Key.version)` is no text")
        }
        guard meta[Key.capabilities]?.object != nil else {
            throw RPCError(.invalidParameters, "`_meta`: `\(Key.capabilities)` is no object")
        }
        guard let version = MCPVersion(rawValue: name), version.isStateless else { throw Self.unsupported(name) }
        self.version = version
        abilities = MCPRounds.abilities(meta[Key.capabilities])
        progressToken = try Self.progressToken(meta)
        logLevel = try meta[Key.logLevel].map(Self.logLevel)
    }

    /// The `_meta` that has what every request of the stateless protocol must have.
    package static func metaAlone(_ request: RPCRequest) throws(RPCError) -> JSONValue {
        let meta = request.parameters["_meta"] ?? [:]
        let missing = [Key.version, Key.capabilities].filter { meta[$0] == nil }
        if missing.isEmpty { return meta }
        throw RPCError(
            .invalidParameters,
            "`_meta` has no \(missing.joined(separator: " and no ")): a request outside of a session needs them; "
                + "for a session begin with `initialize`")
    }

    package static func unsupported(_ requested: String) -> RPCError {
        let supported = MCPVersion.stateless.map(\.rawValue)
        return RPCError(
            .unsupportedVersion,
            "protocol version `\(requested)` is not supported for requests outside of a session; "
                + "\(supported.joined(separator: ", ")) is",
            data: ["supported": .array(supported.map { .string($0) }), "requested": .string(requested)])
    }

    static func logLevel(_ json: JSONValue) throws(RPCError) -> MCPLogLevel {
        if let name = json.string, let level = MCPLogLevel(rawValue: name) { return level }
        throw RPCError(.invalidParameters, "the level of the log is none of \(MCPLogLevel.names)")
    }

    private static func progressToken(_ meta: JSONValue?) throws(RPCError) -> RPCID? {
        guard let json = meta?[Key.progressToken], !json.isNull else { return nil }
        if let token = RPCID(json) { return token }
        throw RPCError(.invalidParameters, "`_meta`: `progressToken` is neither a text nor a whole number")
    }
}

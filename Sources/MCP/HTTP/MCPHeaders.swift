package import JSON

/// The fields of a POST that say in advance what its body says, so that what stands between can go by them. All values of
/// each: two of one name would be read differently by different readers.
package struct MCPHeaders: Sendable {
    package let version: [String]
    package let method: [String]
    package let name: [String]
    package let session: String?

    package static let versionField = "MCP-Protocol-Version"
    package static let methodField = "Mcp-Method"
    package static let nameField = "Mcp-Name"
    package static let sessionField = "Mcp-Session-Id"

    package init(version: [String], method: [String], name: [String], session: String?) {
        self.version = version
        self.method = method
        self.name = name
        self.session = session
    }

    /// What a POST is.
    package enum Verdict: Sendable, Equatable {
        /// Answered by itself.
        case alone
        /// Taken, and nothing comes of it.
        case acknowledged
        case opening
        case inSession(String)
        case refused(status: Int, RPCMessage.Fault)
    }

    package func judge(_ body: JSONValue) -> Verdict {
        let meta = body["params"]?["_meta"]?[MCPRequestContext.Key.version]
        let known = version.first.flatMap { MCPVersion(rawValue: $0) }
        let isOpening = body["method"]?.string == "initialize"
        if known?.isStateless == true || version.isEmpty && meta != nil && !isOpening { return judgeAlone(body) }
        if isOpening { return .opening }
        if let asked = version.first, known == nil {
            let id = body["id"].flatMap { RPCID($0) }
            return .refused(status: 400, RPCMessage.Fault(id: id, error: MCPRequestContext.unsupported(asked)))
        }
        if let session { return .inSession(session) }
        let message =
            "\(Self.sessionField) is missing: open a session with `initialize`, or send "
            + "\(Self.versionField): \(MCPVersion.july2026.rawValue)"
        return refused(body, RPCError(.invalidRequest, message))
    }

    private func refused(_ body: JSONValue, _ error: RPCError) -> Verdict {
        .refused(status: 400, RPCMessage.Fault(id: body["id"].flatMap { RPCID($0) }, error: error))
    }

    private func judgeAlone(_ body: JSONValue) -> Verdict {
        let message: RPCMessage
        do throws(RPCMessage.Fault) {
            message = try RPCMessage.read(body)
        } catch {
            return .refused(status: 400, error)
        }
        switch message {
        case .notification: return .acknowledged
        case .response: return refused(body, RPCError(.invalidRequest, "nothing was asked that this could answer"))
        case .request(let request):
            do throws(RPCError) {
                let meta = try MCPRequestContext.metaAlone(request)
                try check(Self.versionField, version, meta[MCPRequestContext.Key.version]?.string)
                try check(Self.methodField, method, request.method)
                if let key = Self.naming[request.method] {
                    // Without it the request is wrong in another way, which it is told.
                    if let wanted = request.parameters[key]?.string { try check(Self.nameField, name, wanted) }
                }
                return .alone
            } catch {
                return refused(body, error)
            }
        }
    }

    /// What each of these is about.
    private static let naming = ["tools/call": "name", "prompts/get": "name", "resources/read": "uri"]

    private func check(_ field: String, _ values: [String], _ wanted: String?) throws(RPCError) {
        guard let value = values.first else { throw RPCError(.headerMismatch, "the field \(field) is missing") }
        if values.count > 1 { throw RPCError(.headerMismatch, "the field \(field) is there more than once") }
        if let wanted, MCPHeaderText.decode(value)?.utf8.elementsEqual(wanted.utf8) == true { return }
        throw RPCError(.headerMismatch, "the field \(field) says something else than the body")
    }

    // MARK: Answers

    /// The status of an answer. In a session an error is an answer like any other.
    package static func status(of response: JSONValue, alone: Bool) -> Int {
        guard alone, let code = response["error"]?["code"]?.int else { return 200 }
        switch RPCError.Code(rawValue: code) {
        case .unknownMethod: return 404
        case .internalError, nil: return 200
        default: return 400
        }
    }
}

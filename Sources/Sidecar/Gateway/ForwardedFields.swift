package import HTTP

/// Which header fields pass through the gateway. Everything does that is not named here: new fields of clients and
/// upstreams must work on the day they appear.
package enum ForwardedFields {
    /// They speak of one connection, not of the message (RFC 9110, section 7.6.1).
    private static let hopByHop: [String] = [
        "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]
    /// libcurl writes these itself, as they are true between us and the upstream.
    private static let ofOurOwnRequest: [String] = ["host", "content-length", "accept-encoding", "expect"]
    private static let credentials: [String] = ["x-api-key", "authorization", "cookie"]

    /// `keyFields` held a key for us. With `replacesCredentials` the client's own stay here too.
    package static func request(
        _ fields: HTTPFields, keyFields: [String], replacesCredentials: Bool
    ) -> HTTPFields {
        var fields = fields
        removeHopByHop(&fields)
        fields.remove { name in
            isOneOf(ofOurOwnRequest, name) || ASCII.hasPrefixIgnoringCase(name, "x-sidecar-")
                || replacesCredentials && isOneOf(credentials, name)
                || isOneOf(keyFields, name)
        }
        return fields
    }

    package static func response(_ fields: HTTPFields) -> HTTPFields {
        var fields = fields
        removeHopByHop(&fields)
        // Ours say what this sidecar did; the upstream may be another one.
        fields.remove { ASCII.hasPrefixIgnoringCase($0, "x-sidecar-") }
        return fields
    }

    private static func removeHopByHop(_ fields: inout HTTPFields) {
        // The field that names others must be read before it goes.
        let named = fields.values("connection").flatMap { $0.split(separator: ",") }.map { String($0.trimmingSpaces()) }
        fields.remove { name in isOneOf(hopByHop, name) || !named.isEmpty && isOneOf(named, name) }
    }

    private static func isOneOf(_ names: [String], _ name: UnsafeRawBufferPointer) -> Bool {
        names.contains { ASCII.equalsIgnoringCase(name, $0) }
    }
}

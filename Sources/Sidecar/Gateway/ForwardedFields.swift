package import HTTP

/// Which header fields pass through the gateway. Everything does that is not named here: new fields of clients and
/// upstreams must work on the day they appear.
package enum ForwardedFields {
    /// They speak of one connection, not of the message (RFC 9110, section 7.6.1).
    private static let hopByHop: [String] = [
        "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]
    /// The client writes these itself, as they are true between us and the upstream.
    private static let ofOurOwnRequest: [String] = ["host", "content-length", "accept-encoding", "expect"]
    private static let credentials: [String] = ["x-api-key", "authorization", "cookie"]

    private static let keptFromUpstream = FieldNames(hopByHop + ofOurOwnRequest)
    private static let keptFromUpstreamWithCredentials = FieldNames(hopByHop + ofOurOwnRequest + credentials)
    /// The length is said anew, by whoever frames the answer.
    private static let keptFromClient = FieldNames(hopByHop + ["content-length"])

    /// `keyFields` held a key for us. With `replacesCredentials` the client's own stay here too.
    package static func request(
        _ fields: HTTPFields, keyFields: [String], replacesCredentials: Bool
    ) -> HTTPFields {
        let kept = replacesCredentials ? keptFromUpstreamWithCredentials : keptFromUpstream
        var fields = fields
        remove(kept, from: &fields)
        for name in keyFields { fields.remove(name) }
        return fields
    }

    /// In place, because an upstream's head is ours alone.
    package static func filterResponse(_ fields: inout HTTPFields) { remove(keptFromClient, from: &fields) }

    /// Without these, and without `x-sidecar-…`: ours say what this sidecar did, and the upstream may be another one.
    private static func remove(_ names: FieldNames, from fields: inout HTTPFields) {
        // `Connection` may name more fields that end here; it must be read before it goes.
        for value in fields.values("connection") {
            for name in value.split(separator: ",") { fields.remove(String(name.trimmingSpaces())) }
        }
        fields.remove { name in
            let beginsAsOurs = name.count > 10 && name[0] | 0x20 == UInt8(ascii: "x") && name[9] == UInt8(ascii: "-")
            return beginsAsOurs && ASCII.hasPrefixIgnoringCase(name, "x-sidecar-") || names.contains(name)
        }
    }
}

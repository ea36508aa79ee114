internal import HTTP
internal import LinuxSystem

/// The fields of a message that are for this connection and not for the next (RFC 9110, section 7.6.1), and those that we
/// write ourselves.
struct HopFields {
    private static let always = FieldNames([
        "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "http2-settings",
    ])
    /// Named by `Connection`, lower case.
    private let named: [String]

    init(_ fields: HTTPFields) {
        named = fields.values("connection").flatMap { value in
            value.split(separator: ",").map { $0.trimmingSpaces().lowercased() }
        }
    }

    /// Nothing that is meant for a proxy goes to a server, and nothing of a server's passes for a proxy's.
    func contains(_ name: UnsafeRawBufferPointer) -> Bool {
        Self.always.contains(name) || ASCII.hasPrefixIgnoringCase(name, "proxy-")
            || named.contains { ASCII.equalsIgnoringCase(name, $0) }
    }
}

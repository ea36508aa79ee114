internal import LinuxSystem

/// The first lines of a request, checked.
package struct RequestHead: Sendable {
    /// How the end of the body is known.
    package enum Body: Sendable, Equatable {
        case none
        case counted(Int)
        case chunked
    }

    package var method: String
    /// Path and query as they came. Empty for CONNECT.
    package let target: String
    /// What a proxy is asked for: host and port of the target, not looked at any further. nil for a server.
    package let authority: String?
    /// Without the query.
    package let path: String
    package var fields: HTTPFields
    package var body: Body
    /// The client would like to send another request on this connection.
    package var keepsAlive: Bool
    /// The client waits for our word before it sends the body.
    package var expectsContinue: Bool
    package var isHTTP10: Bool

    package init(
        method: String, target: String, authority: String? = nil, fields: HTTPFields = HTTPFields(),
        body: Body = .none, keepsAlive: Bool = true, expectsContinue: Bool = false, isHTTP10: Bool = false
    ) {
        self.method = method
        self.target = target
        self.authority = authority
        path =
            target.firstOffset(of: 0x3f).map { String(target[..<target.utf8.index(target.startIndex, offsetBy: $0)]) }
            ?? target
        self.fields = fields
        self.body = body
        self.keepsAlive = keepsAlive
        self.expectsContinue = expectsContinue
        self.isHTTP10 = isHTTP10
    }

    package var query: Substring? {
        target.firstIndex(of: "?").map { target[target.index(after: $0)...] }
    }
}

internal import HTTP

/// Who may talk to the gateway. Pure: fields in, a verdict out.
struct AccessGuard: Sendable {
    private let keys: [[UInt8]]
    private let listenHost: String
    private let listensOnLoopback: Bool

    init(_ configuration: Configuration) {
        keys = configuration.auth.keys.map { Array($0.reveal().utf8) }
        listenHost = configuration.listen.host
        listensOnLoopback = configuration.listen.isLoopback
    }

    var needsKey: Bool { !keys.isEmpty }

    /// A page in a browser can send requests to this machine, and by DNS rebinding even read the answers. It cannot
    /// choose what stands in `Origin` and `Host`.
    func checkOrigin(_ fields: HTTPFields) -> APIError? {
        if let host = fields["host"], listensOnLoopback, !isOurs(host) {
            return APIError(
                403, .permission,
                "requests for the host \(Self.shown(host)) are refused: this sidecar answers to localhost and \(listenHost) only")
        }
        if let origin = fields["origin"] {
            let afterScheme = origin.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
            if afterScheme.count != 3 || !isOurs(String(afterScheme[2])) {
                return APIError(
                    403, .permission,
                    "requests from web pages of \(Self.shown(origin)) are refused: only pages of this sidecar itself may ask")
            }
        }
        return nil
    }

    private func isOurs(_ authority: String) -> Bool {
        var host = authority[...]
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            host = host[host.index(after: host.startIndex)..<end]
        } else if let colon = host.lastIndex(of: ":") {
            host = host[..<colon]
        }
        let name = host.lowercased()
        return name == "localhost" || name == listenHost || IPAddress(name)?.isLoopback == true
    }

    private static func shown(_ text: String) -> String { "'\(text.prefix(100))'" }

    /// The field that held one of our keys, so that it goes no further.
    func keyField(_ fields: HTTPFields) -> String? {
        var found: String?
        for name in ["x-api-key", "authorization"] {
            for value in fields.values(name) {
                let bearer = "Bearer "
                let text = name == "authorization" && value.hasPrefix(bearer) ? String(value.dropFirst(bearer.count)) : value
                if matches(text) { found = name }
            }
        }
        return found
    }

    /// Looks at every key and at every byte, so that the time taken says nothing about how near a guess came.
    private func matches(_ candidate: String) -> Bool {
        let candidate = Array(candidate.utf8)
        var found: UInt8 = 0
        for key in keys {
            var difference: UInt8 = key.count == candidate.count ? 0 : 1
            for index in key.indices {
                difference |= key[index] ^ (index < candidate.count ? candidate[index] : ~key[index])
            }
            found |= difference == 0 ? 1 : 0
        }
        return found == 1
    }
}

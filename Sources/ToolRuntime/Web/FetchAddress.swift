internal import Addresses
package import Sandbox

/// An address in the one form in which it is judged, connected to and shown.
package struct FetchAddress: Sendable, Equatable {
    package let isSecure: Bool
    package let host: HostName
    package let port: UInt16
    /// Path and query, as they are sent.
    package let target: String

    package init(_ text: String, _ rules: NetworkRules) throws(WebAddressProblem) {
        let address = try WebAddress(text).upgraded(by: rules)
        isSecure = address.isSecure
        host = address.host
        port = address.port
        let reference = WebReference(text)
        let path = reference.path.isEmpty ? "/" : reference.path
        target = PercentText.sendable(path + (reference.query.map { "?\($0)" } ?? ""))
    }

    package var origin: String {
        let isUsual = port == (isSecure ? 443 : 80)
        return "\(isSecure ? "https" : "http")://\(host)\(isUsual ? "" : ":\(port)")"
    }

    package var text: String { origin + target }

    /// Whether a redirect from here to there stays with the same people: the same name, with or without `www.`, and never from
    /// TLS to clear text.
    func isSameSite(_ other: FetchAddress) -> Bool {
        func bare(_ host: HostName) -> String {
            let name = host.description
            return name.hasPrefix("www.") ? String(name.dropFirst(4)) : name
        }
        if isSecure, !other.isSecure { return false }
        let isUpgrade = !isSecure && other.isSecure && port == 80 && other.port == 443
        return bare(host) == bare(other.host) && (port == other.port && isSecure == other.isSecure || isUpgrade)
    }
}

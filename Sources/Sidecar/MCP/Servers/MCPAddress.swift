internal import HTTP
internal import LinuxSystem
internal import MCP

/// Where a server behind an address is asked.
struct MCPAddress {
    let target: UpstreamTarget
    /// Path and query.
    let path: String
    private let origin: String

    /// A call may take as long as its own limit says.
    private static let patience = TimeSpan.seconds(24 * 3600)

    init?(_ url: String) {
        guard let start = url.firstRange(of: "://") else { return nil }
        let rest = url[start.upperBound...].prefix { $0 != "#" }
        let slash = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = rest[..<slash]
        guard !authority.isEmpty else { return nil }
        let path = String(rest[slash...])
        self.path = path.hasPrefix("/") ? path : "/" + path
        origin = "\(url[..<start.lowerBound].lowercased())://\(authority)"
        var limits = UpstreamLimits()
        limits.firstByteTime = Self.patience
        limits.idleTime = Self.patience
        // By what also says that tokens may go there in clear text: else they would, through a proxy.
        let isHere = OAuthAddress(origin)?.isLoopback == true
        target = UpstreamTarget(baseURL: origin, proxy: isHere ? "" : nil, limits: limits)
    }

    /// What a server of the old transport names, seen from here; nil for another server's address.
    func resolved(_ reference: String) -> MCPAddress? {
        if reference.hasPrefix("/") { return MCPAddress(origin + reference) }
        if reference.contains("://") { return reference.hasPrefix(origin + "/") ? MCPAddress(reference) : nil }
        let folder = path.prefix { $0 != "?" }.lastIndex(of: "/").map { path[...$0] } ?? "/"
        return MCPAddress("\(origin)\(folder)\(reference)")
    }
}

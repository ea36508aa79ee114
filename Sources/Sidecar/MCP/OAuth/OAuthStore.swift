internal import JSON
internal import LinuxSystem
internal import MCP

/// The private file that logins are kept in: by server and address, so that what was given for one address never goes to another.
struct OAuthStore: Sendable {
    private let folder: String
    private var path: String { "\(folder)/oauth.json" }
    private static let bytesMax = 16 << 20

    init(stateFolder: String) { folder = "\(stateFolder)/mcp" }

    static func key(_ entry: MCPServerEntry) -> String { "\(entry.name) \(entry.url)" }

    func find(_ key: String) -> OAuthGrant? { read()[key].flatMap { OAuthGrant($0) } }

    func keep(_ grant: OAuthGrant?, _ key: String) throws(SystemError) {
        try File.makeDirectories(folder)
        let lock = try File.lock("\(folder)/oauth.lock")
        defer { withExtendedLifetime(lock) {} }
        var all = read()
        all[key] = grant?.json
        try File.writeAtomically(path, all.bytes(), mode: 0o600)
    }

    private func read() -> JSONValue {
        guard let bytes = try? File.read(path, limit: Self.bytesMax) else { return [:] }
        return (try? JSONValue(parsing: bytes)) ?? [:]
    }

    /// For whoever renews: a token for renewing can often be used once, so two processes must not do it at once.
    final class Turn {
        private let lock: Descriptor
        fileprivate init(_ lock: consuming Descriptor) { self.lock = lock }
    }

    /// nil: somebody else has it.
    func turn() throws(SystemError) -> Turn? {
        try File.makeDirectories(folder)
        guard let lock = try File.lockIfFree("\(folder)/oauth.renewing.lock") else { return nil }
        return Turn(lock)
    }
}

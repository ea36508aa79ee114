internal import JSON
internal import LinuxSystem
internal import MCP

/// The private file that logins are kept in: by server and address, so that what was given for one address never goes to another.
struct OAuthStore: Sendable {
    private let folder: String
    private var path: String { "\(folder)/oauth.json" }
    private static let bytesMax = 16 << 20

    init(stateFolder: String) { folder = "\(stateFolder)/mcp" }

    static func key(_ entry: MCPServerEntry) -> String { key(entry.name, entry.url) }
    /// No name has a space.
    private static func key(_ name: String, _ url: String) -> String { "\(name) \(url)" }

    func find(_ key: String) throws(OAuthProblem) -> OAuthGrant? { try read()[key].flatMap { OAuthGrant($0) } }

    /// Those of all addresses that had this name.
    func find(named name: String) throws(OAuthProblem) -> [(key: String, grant: OAuthGrant)] {
        try read().members.compactMap { member in
            guard member.key.hasPrefix(Self.key(name, "")) else { return nil }
            return OAuthGrant(member.value).map { (member.key, $0) }
        }
    }

    func keep(_ grant: OAuthGrant?, _ key: String) throws(OAuthProblem) {
        let lock = try Self.settled { () throws(SystemError) in
            try File.makeDirectories(folder)
            return try File.lock("\(folder)/oauth.lock")
        }
        defer { withExtendedLifetime(lock) {} }
        var all = try read()
        all[key] = grant?.json
        let bytes = JSONValue.object(all).bytes()
        try Self.settled { () throws(SystemError) in try File.writeAtomically(path, bytes, mode: 0o600) }
    }

    private static func settled<Value: ~Copyable>(
        _ work: () throws(SystemError) -> Value
    ) throws(OAuthProblem) -> Value {
        do throws(SystemError) {
            return try work()
        } catch {
            throw OAuthProblem("the file of logins cannot be changed: \(error)")
        }
    }

    /// What cannot be read is not the same as nothing: writing over it would take all other logins along.
    private func read() throws(OAuthProblem) -> JSONObject {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try File.read(path, limit: Self.bytesMax)
        } catch {
            if error.isNotFound { return JSONObject() }
            throw OAuthProblem("the file of logins cannot be read: \(error)")
        }
        guard let all = (try? JSONValue(parsing: bytes))?.object else {
            throw OAuthProblem(
                "\(path) holds the logins, and is no JSON object any more; mend it, or move it away and log in anew")
        }
        return all
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

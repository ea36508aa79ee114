/// Names below /dev that a redirection can have.
package enum DeviceFiles {
    private static let harmless: Set<String> = [
        "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/stdin", "/dev/stdout",
        "/dev/stderr",
    ]

    /// Every jail has them, and they lead nowhere.
    package static func isHarmless(_ path: String) -> Bool {
        if harmless.contains(path) { return true }
        guard path.hasPrefix("/dev/fd/") else { return false }
        let number = path.dropFirst(8)
        return !number.isEmpty && number.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// bash takes /dev/tcp/HOST/PORT for a connection.
    package static func network(_ path: String) -> (host: String, port: String)? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, parts[1] == "dev", ["tcp", "udp"].contains(parts[2]) else { return nil }
        return (parts[3], parts[4])
    }
}

extension NetworkJudge {
    func decide(host text: String, port: String) -> Decision {
        guard let port = UInt16(port), port > 0 else {
            return Decision(.deny, rule: "network.allow", reason: "`\(port)` is no number of a port")
        }
        do throws(HostNameProblem) {
            return decide(try HostName(text), port: port)
        } catch {
            return Decision(.deny, rule: "network.allow", reason: "`\(text)` \(error.message)")
        }
    }
}

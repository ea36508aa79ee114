internal import LinuxSystem

/// The folder of the control sockets.
package enum RuntimeFolder {
    package struct Unusable: Error, Equatable, Sendable {
        package let message: String
    }

    /// Facts of the machine, so that the choice itself can be tested.
    package struct Host: Sendable {
        package let uid: UInt32
        /// Whether a folder is there and ours.
        package let isOurs: @Sendable (String) -> Bool

        package init(uid: UInt32, isOurs: @escaping @Sendable (String) -> Bool) {
            self.uid = uid
            self.isOurs = isOurs
        }

        package static let this = Host(uid: ProcessInfo.uid) { path in
            do throws(PrivateFolder.Refusal) {
                try PrivateFolder.check(path)
                return true
            } catch {
                return false
            }
        }
    }

    /// `$XDG_RUNTIME_DIR/sidecar`. Without the variable (cron, sudo, a container) what it would have been, and where
    /// there is no such folder either, one in /tmp that names its owner: there others may have been before us.
    package static func path(_ environment: [String: String], _ host: Host = .this) -> String {
        if let given = Places.runtimeBase(environment) { return given + "/sidecar" }
        let usual = "/run/user/\(host.uid)"
        return host.isOurs(usual) ? usual + "/sidecar" : "/tmp/sidecar-\(host.uid)"
    }

    /// The folder, made where it is missing, and nobody's but ours.
    package static func prepare(_ environment: [String: String]) throws(Unusable) -> String {
        let path = path(environment)
        do throws(PrivateFolder.Refusal) {
            try PrivateFolder.prepare(path)
        } catch {
            throw unusable(path, error)
        }
        return path
    }

    /// nil when it is not there: then no sidecar of ours is either.
    package static func existing(_ environment: [String: String]) throws(Unusable) -> String? {
        let path = path(environment)
        do throws(PrivateFolder.Refusal) {
            try PrivateFolder.check(path)
            return path
        } catch {
            if case .failed(let problem) = error, problem.isNotFound { return nil }
            throw unusable(path, error)
        }
    }

    private static func unusable(_ path: String, _ refusal: PrivateFolder.Refusal) -> Unusable {
        let advice = "set XDG_RUNTIME_DIR to a folder of your own"
        switch refusal {
        case .notAFolder:
            return Unusable(message: "\(path) should hold the control socket and is no folder; remove it, or \(advice)")
        case .ownedBy(let owner):
            return Unusable(
                message: "\(path) should hold the control socket and belongs to user \(owner), who could read what is "
                    + "said over it; \(advice)")
        case .failed(let error):
            return Unusable(message: "no place for the control socket: \(error); \(advice)")
        }
    }
}

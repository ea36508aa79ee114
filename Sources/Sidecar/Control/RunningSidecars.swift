package import JSON
internal import LinuxSystem
internal import Sandbox

/// A sidecar that commands can reach.
package struct RunningSidecar: Sendable, Equatable {
    /// Its control socket.
    package let path: String
    /// What it says of itself.
    package let status: JSONValue

    package init(path: String, status: JSONValue) {
        self.path = path
        self.status = status
    }

    /// `http://HOST:PORT`, as it listens.
    package var address: String { status["address"]?.string ?? "?" }
    package var pid: Int32 { status["pid"]?.int.flatMap { Int32(exactly: $0) } ?? 0 }
}

/// Which of them a command means. Pure.
package enum RunningSidecars: Sendable, Equatable {
    case none
    case one(RunningSidecar)
    /// The user must say.
    case several([RunningSidecar])
    /// Some run, and none of them where the user said.
    case elsewhere([RunningSidecar])

    /// `wanted`: what `listen` is in the configuration, when it can be read; `isExplicit`: a flag said it for this call.
    package static func choose(
        _ running: [RunningSidecar], wanted: ListenAddress?, isExplicit: Bool
    ) -> RunningSidecars {
        if running.isEmpty { return .none }
        if let wanted, let match = running.first(where: { $0.address == "http://\(wanted)" }) { return .one(match) }
        // To end another than the one that was named would be worse than to end none.
        if isExplicit { return .elsewhere(running) }
        return running.count == 1 ? .one(running[0]) : .several(running)
    }

    /// The only one that says that it was started with this file.
    package static func running(by path: String, among running: [RunningSidecar]) -> RunningSidecar? {
        let host = SystemHost()
        let found = running.filter { sidecar in
            guard let own = sidecar.status["configuration"]?["file"]?.string else { return false }
            return own == path || host.resolve(own) == host.resolve(path)
        }
        return found.count == 1 ? found[0] : nil
    }
}

extension RunningSidecars {
    typealias Found = (running: [RunningSidecar], silent: [(path: String, why: String)])

    /// Those of this user, in the order of their sockets' names, and the sockets behind which nobody answers.
    static func find(_ environment: [String: String]) throws(RuntimeFolder.Unusable) -> Found {
        guard let folder = try RuntimeFolder.existing(environment) else { return ([], []) }
        var running: [RunningSidecar] = []
        var silent: [(path: String, why: String)] = []
        for name in ((try? Directory.entries(folder)) ?? []).sorted() where ControlSocket.isName(name) {
            let path = "\(folder)/\(name)"
            do throws(ControlClient.Failure) {
                running.append(RunningSidecar(path: path, status: try ControlClient.ask(path, "GET", "/status")))
            } catch {
                if error != .notRunning { silent.append((path, error.message)) }
            }
        }
        return (running, silent)
    }
}

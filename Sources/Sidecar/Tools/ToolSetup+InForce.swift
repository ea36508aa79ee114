internal import LinuxSystem
internal import Sandbox
internal import ToolRuntime

extension ToolSetup {
    /// What the banner says.
    struct InForce: Sendable {
        var policy = ""
        var layers = ""
    }

    /// By starting a jail as the first call would: what holds here is seen, not guessed.
    static func inForce(_ setup: ToolSetup?) -> InForce {
        guard let setup else {
            return InForce(policy: "none", layers: "no tools: set XDG_STATE_HOME or HOME to an absolute path")
        }
        let folder = setup.settings.variables.workspace
        return InForce(policy: "\(setup.source.shownName), for \(folder)", layers: setup.layers())
    }

    private func layers() -> String {
        let settings = settings
        let found = try? EventLoop.here { loop in
            do {
                let host = try ToolHost(settings, on: loop)
                defer { withExtendedLifetime(host) {} }
                let layers = try await host.prepare("Bash")
                await host.stop()
                return layers.joined(separator: " ")
            } catch {
                return "tools are refused: \(error)"
            }
        }
        return found ?? "tools are refused"
    }
}

import Sandbox
import Synchronization

/// A machine without anything that counts how often it is asked.
final class CountingHost: HostView {
    private let questions = Mutex(0)
    var count: Int { questions.withLock { $0 } }
    private func ask() { questions.withLock { $0 += 1 } }

    private let links: [String: String]

    init(links: [String: String] = [:]) { self.links = links }

    func linkTarget(_ path: NormalPath) -> String? {
        ask()
        return links[path.text]
    }

    func kind(_ path: NormalPath) -> HostFileKind? {
        ask()
        return nil
    }

    func isExecutable(_ path: NormalPath) -> Bool {
        ask()
        return false
    }
}

internal import LinuxSystem
internal import YAML

/// Looks whether a file of the policy has changed, for as long as a client is served on standard input. On its loop only, which
/// `@unchecked Sendable` stands on.
final class PolicyWatch: @unchecked Sendable {
    private let reload: ToolReload
    private let loop: EventLoop
    private let renew: () throws(SettingsError) -> Void
    private let say: (String) -> Void
    private lazy var timer = LoopTimer { [unowned self] in look() }

    /// How soon an edited file takes effect.
    private static let interval = TimeSpan.seconds(1)

    /// `renew` takes up what the files say now, and leaves everything as it is when that is wrong.
    init(
        _ reload: ToolReload, on loop: EventLoop, renew: @escaping () throws(SettingsError) -> Void,
        say: @escaping (String) -> Void
    ) {
        self.reload = reload
        self.loop = loop
        self.renew = renew
        self.say = say
    }

    func start() { loop.schedule(timer, after: Self.interval) }
    func stop() { timer.disarm() }

    private func look() {
        defer { start() }
        let changed = reload.changedFiles()
        for file in changed.waiting {
            say("\(file) changed where tools may write; it takes effect when the client starts this again")
        }
        if changed.trusted.isEmpty { return }
        do throws(SettingsError) {
            try renew()
            say("policy reloaded: \(changed.trusted.joined(separator: ", ")) changed")
        } catch {
            let problem = error.problems.map(\.description).joined(separator: "; ")
            say("the new policy is wrong, the old one stays in force: \(problem)")
        }
    }
}

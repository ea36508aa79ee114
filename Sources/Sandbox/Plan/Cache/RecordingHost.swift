internal import Synchronization

/// A host that is asked once: what it answered is remembered, for the compiler that asks again and again, and for whoever wants to
/// know later whether it would answer the same. A plan is a pure function of a policy and these answers, so it holds for as long as
/// they do.
final class RecordingHost<Host: PlanHost>: PlanHost {
    private let host: Host
    private let answers = Mutex(Answers())

    private struct Answers {
        var links: [NormalPath: String?] = [:]
        var kinds: [NormalPath: HostFileKind?] = [:]
        var executables: [NormalPath: Bool] = [:]
        var standIns: [NormalPath: Bool] = [:]
        var files: [NormalPath: HostFile?] = [:]
        var folders: [NormalPath: [HostEntry]?] = [:]
    }

    init(_ host: Host) { self.host = host }

    var hasLinks: Bool { host.hasLinks }

    private func ask<Answer: Sendable>(
        _ list: WritableKeyPath<Answers, [NormalPath: Answer]>, _ path: NormalPath,
        _ question: (NormalPath) -> Answer
    ) -> Answer {
        if let known = answers.withLock({ $0[keyPath: list][path] }) { return known }
        let answer = question(path)
        answers.withLock { $0[keyPath: list][path] = answer }
        return answer
    }

    func linkTarget(_ path: NormalPath) -> String? { ask(\.links, path) { host.linkTarget($0) } }
    func kind(_ path: NormalPath) -> HostFileKind? { ask(\.kinds, path) { host.kind($0) } }
    func isExecutable(_ path: NormalPath) -> Bool { ask(\.executables, path) { host.isExecutable($0) } }
    func isStandIn(_ path: NormalPath) -> Bool { ask(\.standIns, path) { host.isStandIn($0) } }
    func file(_ path: NormalPath) -> HostFile? { ask(\.files, path) { host.file($0) } }
    func entries(of folder: NormalPath) -> [HostEntry]? { ask(\.folders, folder) { host.entries(of: $0) } }

    /// What a file holds is known by what it is: who writes into it changes that.
    func bytes(of path: NormalPath, from offset: Int, count: Int) -> [UInt8]? {
        _ = file(path)
        return host.bytes(of: path, from: offset, count: count)
    }

    /// Whether the host would answer all of it alike. Folders whose entries nobody asked for may have got others.
    func isStillSo() -> Bool {
        let known = answers.withLock { $0 }
        return known.files.allSatisfy { Self.isSame(host.file($0.key), $0.value) }
            && known.links.allSatisfy { host.linkTarget($0.key) == $0.value }
            && known.kinds.allSatisfy { known.files[$0.key] != nil || host.kind($0.key) == $0.value }
            && known.executables.allSatisfy { host.isExecutable($0.key) == $0.value }
            && known.standIns.allSatisfy { host.isStandIn($0.key) == $0.value }
            && known.folders.allSatisfy { host.entries(of: $0.key) == $0.value }
    }

    private static func isSame(_ now: HostFile?, _ then: HostFile?) -> Bool {
        guard var now, var then else { return (now == nil) == (then == nil) }
        if now.kind == .folder, then.kind == .folder {
            // What is written in it changes its size and its times.
            (now.size, now.modifiedNanoseconds, now.changedNanoseconds) = (0, 0, 0)
            (then.size, then.modifiedNanoseconds, then.changedNanoseconds) = (0, 0, 0)
        }
        return now == then
    }

    /// For whoever wants to know what a look costs.
    var questions: Int {
        answers.withLock {
            $0.links.count + $0.kinds.count + $0.executables.count + $0.files.count + $0.folders.count
        }
    }
}

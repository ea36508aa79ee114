/// A host that is asked once: what it answered is remembered, for the compiler that asks again and again, and for whoever wants to
/// know later whether it would answer the same. A plan is a pure function of a policy and these answers, so it holds for as long as
/// they do.
final class RecordingHost<Host: PlanHost>: PlanHost {
    private let host: Host
    private let links = Memo<NormalPath, String?>()
    private let kinds = Memo<NormalPath, HostFileKind?>()
    private let executables = Memo<NormalPath, Bool>()
    private let standIns = Memo<NormalPath, Bool>()
    private let files = Memo<NormalPath, HostFile?>()
    private let folders = Memo<NormalPath, [HostEntry]?>()

    init(_ host: Host) { self.host = host }

    var hasLinks: Bool { host.hasLinks }

    func linkTarget(_ path: NormalPath) -> String? { links.value(path) { host.linkTarget(path) } }
    func kind(_ path: NormalPath) -> HostFileKind? { kinds.value(path) { host.kind(path) } }
    func isExecutable(_ path: NormalPath) -> Bool { executables.value(path) { host.isExecutable(path) } }
    func isStandIn(_ path: NormalPath) -> Bool { standIns.value(path) { host.isStandIn(path) } }
    func file(_ path: NormalPath) -> HostFile? { files.value(path) { host.file(path) } }
    func entries(of folder: NormalPath) -> [HostEntry]? { folders.value(folder) { host.entries(of: folder) } }

    /// What a file holds is known by what it is: who writes into it changes that.
    func bytes(of path: NormalPath, from offset: Int, count: Int) -> [UInt8]? {
        _ = file(path)
        return host.bytes(of: path, from: offset, count: count)
    }

    /// Whether the host would answer all of it alike. Folders whose entries nobody asked for may have got others.
    func isStillSo() -> Bool {
        let seen = files.all
        return seen.allSatisfy { Self.isSame(host.file($0.key), $0.value) }
            && links.all.allSatisfy { host.linkTarget($0.key) == $0.value }
            && kinds.all.allSatisfy { seen[$0.key] != nil || host.kind($0.key) == $0.value }
            && executables.all.allSatisfy { host.isExecutable($0.key) == $0.value }
            && standIns.all.allSatisfy { host.isStandIn($0.key) == $0.value }
            && folders.all.allSatisfy { host.entries(of: $0.key) == $0.value }
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
        links.all.count + kinds.all.count + executables.all.count + files.all.count + folders.all.count
    }
}

internal import Confinement
internal import LinuxSystem
internal import Sandbox

/// A workspace and a home for one truth table, in a folder of their own, with what its lines name in them. Nothing is ever
/// made anywhere else on this host.
struct LiveStage {
    let root: NormalPath

    private static let content = Array("planted by `sidecar policy test`\n".utf8)
    /// What stands for a program that a line calls by its path: small, and everywhere.
    private static let program = "/usr/bin/true"

    var variables: PolicyVariables {
        PolicyVariables(
            workspace: root.appending(["workspace"]), home: root.appending(["home"]), tmp: NormalPath(parts: ["tmp"]))
    }

    static func make() throws(SystemError) -> LiveStage {
        let made = try File.makeTemporaryFolder("\(place)/sidecar-live-\(ProcessInfo.pid)-")
        // Where links have led: mounts know none.
        let stage = LiveStage(root: SystemHost().resolve(made) ?? NormalPath(made) ?? .root)
        do throws(SystemError) {
            // Root's jail is somebody else, who has to get here; anybody else keeps it to himself.
            try File.changeMode(stage.root.text, ProcessInfo.uid == 0 ? 0o755 : 0o700)
            for folder in [stage.variables.workspace, stage.variables.home] {
                try File.makeFolder(folder.text)
                give(folder)
            }
            return stage
        } catch {
            stage.remove()
            throw error
        }
    }

    /// Not where a run's private folder is: rules for that would hold for the stage as well.
    private static var place: String {
        let named = ProcessInfo.environment("TMPDIR") ?? "/tmp"
        let isPrivate = SystemHost().resolve(named)?.isBeneath(NormalPath(parts: ["tmp"])) ?? true
        return isPrivate && File.exists("/var/tmp") ? "/var/tmp" : named
    }

    /// Root's jail is nobody, to whom a home of its own belongs as everybody's does.
    private static func give(_ path: NormalPath) {
        guard ProcessInfo.uid == 0 else { return }
        try? File.changeOwner(path.text, user: JailPlan.User.nobody, group: JailPlan.User.nobody)
    }

    func remove() { File.removeTree(root.text) }

    func contains(_ path: NormalPath) -> Bool { path.isBeneath(root) }

    /// Makes what the calls reach for, where it is missing. What cannot be made shows as missing afterwards.
    func plant(_ reaches: [LiveReach], _ subject: ToolSubject, tool: String) {
        for reach in reaches {
            switch reach {
            case .path(let path):
                guard let path = NormalPath(path.text) else { continue }
                // Searched and listed are folders.
                let isFolder = ["LS", "Glob", "Grep"].contains(tool)
                plant(isFolder ? path.appending(["planted"]) : path, Self.content, mode: 0o644)
            case .program(let words):
                guard let path = words.first.flatMap({ NormalPath($0) }), let bytes = try? File.read(Self.program)
                else { continue }
                plant(path, bytes, mode: 0o755)
            case .connection, .url, .searchService, .unknown: continue
            }
        }
    }

    private func plant(_ path: NormalPath, _ bytes: [UInt8], mode: UInt32) {
        let own = [variables.workspace, variables.home]
        guard let base = own.first(where: { path.isBeneath($0) && path != $0 }), !File.exists(path.text) else { return }
        var folder = base
        for name in path.parts[base.parts.count...].dropLast() {
            folder = folder.appending([name])
            if File.exists(folder.text) { continue }
            try? File.makeFolder(folder.text)
            Self.give(folder)
        }
        try? File.writeNew(path.text, bytes, mode: mode)
        Self.give(path)
    }
}

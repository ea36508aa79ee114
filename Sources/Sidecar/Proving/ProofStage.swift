internal import LinuxSystem

/// A private folder with all that attempts are about: a workspace with a repository, settings of agents and secrets, and
/// beside it a home folder and a folder that no policy names.
struct ProofStage: Sendable {
    let root: String
    let secret: String
    private let owner: (user: UInt32, group: UInt32)?

    var workspace: String { "\(root)/workspace" }
    var outside: String { "\(root)/outside" }
    var home: String { "\(root)/home" }
    /// Where the witness lives.
    var served: String { "\(root)/served" }
    /// The folders of attempts; what happens there is theirs.
    var room: String { "\(workspace)/attempts" }
    /// Beside the workspace, so that nobody inside can write to it.
    var probe: String { "\(root)/probe/sidecar-probe" }

    /// `owner`: to whom everything is to belong; nil: to us. `probe`: empty where no program is needed.
    static func make(
        probe: [UInt8], secret: String, owner: (user: UInt32, group: UInt32)? = nil
    ) throws(SystemError) -> ProofStage {
        let temporary = ProcessInfo.environment("TMPDIR") ?? "/tmp"
        let stage = ProofStage(
            root: try File.makeTemporaryFolder("\(temporary)/sidecar-prove-\(ProcessInfo.pid)-"), secret: secret,
            owner: owner)
        do throws(SystemError) {
            // Root's jail is somebody else, who has to get here; anybody else keeps it to himself.
            try File.changeMode(stage.root, ProcessInfo.uid == 0 ? 0o755 : 0o700)
            try stage.give(stage.root)
            for folder in [stage.workspace, stage.outside, stage.home, stage.served, "\(stage.root)/probe"] {
                try stage.folder(folder)
            }
            if !probe.isEmpty { try stage.file(stage.probe, probe, mode: 0o755) }
            try stage.furnish(probe)
            return stage
        } catch {
            stage.remove()
            throw error
        }
    }

    func remove() { File.removeTree(root) }

    /// As it was in the beginning; its folders stay the same ones.
    func refurnish(_ probe: [UInt8]) throws(SystemError) {
        // Where the policy lets it be renamed; the jail is made for this very folder.
        if !File.exists(workspace) { try File.move("\(workspace)-renamed", to: workspace) }
        for folder in [workspace, outside, home] {
            for name in try Directory.entries(folder) { File.removeTree("\(folder)/\(name)") }
        }
        for name in try Directory.entries(root)
        where !["workspace", "outside", "home", "served", "probe"].contains(name) {
            File.removeTree("\(root)/\(name)")
        }
        try furnish(probe)
    }

    /// A fresh folder for one attempt.
    func makeRoom(_ id: String) throws(SystemError) -> String {
        let path = "\(room)/\(id)"
        if !File.exists(path) { try folder(path) }
        return path
    }

    // MARK: What is in it

    /// A small one of the C library's, which is everywhere, and loads by itself.
    private static let libraries = ["/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/lib64", "/usr/lib"].map {
        "\($0)/libdl.so.2"
    }

    private func furnish(_ probe: [UInt8]) throws(SystemError) {
        try furnishOutside()
        try furnishWorkspace(probe)
        try furnishRepository()
    }

    private func furnishOutside() throws(SystemError) {
        try text("\(outside)/secret", secret)
        try text("\(outside)/target", "untouched\n")
        try File.makeFIFO("\(outside)/fifo")
        for path in [".ssh/id_ed25519", ".aws/credentials", ".netrc", ".claude/.credentials.json", ".bash_history"] {
            let parts = path.split(separator: "/")
            if parts.count > 1 { try folder("\(home)/\(parts[0])") }
            try text("\(home)/\(path)", secret)
        }
        try text("\(home)/.claude/settings.json", "{}\n")
    }

    private func furnishWorkspace(_ probe: [UInt8]) throws(SystemError) {
        for name in ["attempts", "app", "tools", ".claude", ".vscode"] { try folder("\(workspace)/\(name)") }
        try text("\(workspace)/.env", secret)
        try text("\(workspace)/app/.env", secret)
        try text("\(workspace)/plain.txt", "plain\n")
        try text("\(workspace)/.mcp.json", "{}\n")
        try text("\(workspace)/.claude/settings.json", "{}\n")
        try text("\(workspace)/.vscode/tasks.json", "{}\n")
        try text("\(workspace)/.envrc", "export A=1\n")
        try File.makeLink("\(workspace)/planted-link", to: "../outside/secret")
        try File.makeLink("\(workspace)/planted-door", to: outside)
        try File.makeLink("\(workspace)/planted-write", to: "\(outside)/target")
        try File.makeHardLink("\(workspace)/planted-hard", to: "\(outside)/secret")
        guard !probe.isEmpty else { return }
        for name in ["planted", "other"] { try file("\(workspace)/tools/\(name)", probe, mode: 0o755) }
        if let library = Self.libraries.first(where: { File.exists($0) }) {
            try file("\(workspace)/tools/library.so", File.read(library), mode: 0o755)
        }
    }

    /// As small as git takes it for one.
    private func furnishRepository() throws(SystemError) {
        let git = "\(workspace)/.git"
        for name in [
            "", "/hooks", "/info", "/objects", "/objects/info", "/refs", "/refs/heads", "/modules", "/modules/sub",
            "/worktrees", "/worktrees/tree",
        ] { try folder(git + name) }
        try text("\(git)/HEAD", "ref: refs/heads/main\n")
        try text("\(git)/config", "[core]\n\trepositoryformatversion = 0\n\tbare = false\n")
        try text("\(git)/info/exclude", "attempts\n")
        try file("\(git)/hooks/pre-commit", Array("#!/bin/sh\nexit 0\n".utf8), mode: 0o755)
        try text("\(git)/modules/sub/config", "[core]\n\tbare = false\n")
        try text("\(git)/worktrees/tree/HEAD", "ref: refs/heads/tree\n")
        try text("\(git)/worktrees/tree/commondir", "../..\n")
        try text("\(git)/worktrees/tree/gitdir", "\(outside)/tree/.git\n")
    }

    private func folder(_ path: String) throws(SystemError) {
        try File.makeFolder(path)
        try give(path)
    }

    private func text(_ path: String, _ text: String) throws(SystemError) {
        try file(path, Array(text.utf8), mode: 0o644)
    }

    private func file(_ path: String, _ bytes: [UInt8], mode: UInt32) throws(SystemError) {
        try File.writeNew(path, bytes, mode: mode)
        try give(path)
    }

    private func give(_ path: String) throws(SystemError) {
        if let owner { try File.changeOwner(path, user: owner.user, group: owner.group) }
    }

    /// For the folder of somebody who has to write into it.
    func giveServed(user: UInt32, group: UInt32) throws(SystemError) {
        try text("\(served)/secret", secret)
        if ProcessInfo.uid == 0 { try File.changeOwner(served, user: user, group: group) }
    }
}

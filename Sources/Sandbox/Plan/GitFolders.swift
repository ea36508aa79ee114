/// Where git keeps what belongs to a workspace outside of it: for a linked worktree, and for a submodule.
///
/// The `.git` file of the workspace is text that anybody may have written, so it is believed only where git's own data
/// at the other end says the same. What is there belongs to the workspace as its `.git` folder would.
struct GitFolders: Sendable, Equatable {
    /// The worktree's own, or the submodule's.
    let own: NormalPath
    /// What it shares with other worktrees.
    let shared: NormalPath?

    private static let fileBytesMax = 4096

    var all: [NormalPath] { [own] + (shared.map { [$0] } ?? []) }

    init?(of workspace: NormalPath, _ host: some PlanHost) {
        let link = workspace.appending([".git"])
        guard let text = Self.line(of: link, host), text.hasPrefix("gitdir:"),
            let own = Self.path(String(text.dropFirst(7)), from: workspace, host), host.kind(own) == .folder
        else { return nil }
        self.own = own
        if let back = Self.line(of: own.appending(["gitdir"]), host) {
            // A worktree: its data name this very file, and lie among the worktrees of the repository they share.
            guard Self.path(back, from: own, host) == host.resolve(link),
                let common = Self.line(of: own.appending(["commondir"]), host),
                let shared = Self.path(common, from: own, host),
                own.parent == shared.appending(["worktrees"]), host.kind(shared.appending(["objects"])) == .folder
            else { return nil }
            self.shared = shared
        } else {
            // A submodule: its data lie in a repository whose folder the workspace is in.
            guard let modules = own.parts.firstIndex(of: "modules"), modules > 0, own.parts[modules - 1] == ".git",
                let real = host.resolve(workspace),
                real.isBeneath(NormalPath(parts: Array(own.parts[..<(modules - 1)]))),
                host.kind(own.appending(["objects"])) == .folder
            else { return nil }
            shared = nil
        }
    }

    private static func line(of path: NormalPath, _ host: some PlanHost) -> String? {
        guard host.file(path)?.kind == .file, let bytes = host.bytes(of: path, from: 0, count: fileBytesMax) else {
            return nil
        }
        return String(decoding: bytes.prefix { $0 != 0x0a && $0 != 0 }, as: UTF8.self)
    }

    private static func path(_ text: String, from folder: NormalPath, _ host: some PlanHost) -> NormalPath? {
        let text = String(text.drop { $0 == " " })
        return host.resolve(text.hasPrefix("/") ? text : "\(folder)/\(text)")
    }
}

internal import Confinement
internal import Sandbox

extension LiveTrial {
    func seen(_ path: ToolSubject.Path) async throws(PolicyJail.Failure) -> Seen {
        guard let real = host.resolve(path.text) else { return .unseen("`\(path.text)` leads nowhere") }
        return path.access == .write ? try await writing(path.text, real) : try await reading(path.text, real)
    }

    // MARK: Reading

    /// Content is what counts: what is denied may stand there as an empty file or folder.
    private static let read = """
        if [ -d "$1" ]; then shopt -s nullglob dotglob; set -- "$1"/*; [ $# -gt 0 ] && echo open || echo empty
        elif [ ! -e "$1" ]; then echo absent
        elif [ ! -f "$1" ]; then echo other
        elif ! { exec 3< "$1"; } 2>/dev/null; then echo closed
        elif [ -s "$1" ]; then echo open
        else echo empty; fi
        """

    private func reading(_ text: String, _ real: NormalPath) async throws(PolicyJail.Failure) -> Seen {
        guard let file = host.file(real) else { return .unseen("\(text) is not on this host") }
        let isFull = file.kind == .folder ? host.entries(of: real)?.isEmpty == false : file.size > 0
        switch try await word(Self.read, text) {
        case "open": return .allowed("\(text) can be read")
        case "absent": return .denied("\(text) is not there")
        case "empty" where isFull: return .denied("\(text) shows nothing of what is in it")
        case "empty": return .unseen("\(text) is empty on this host too")
        // Read by some only: it may be its owner who does not let it be read.
        case "closed" where file.mode & 0o444 == 0o444: return .denied("\(text) cannot be opened")
        case "closed": return .unseen("\(text) can only be read by its owner, jail or none")
        default: return .unseen("\(text) is neither a file nor a folder")
        }
    }

    // MARK: Writing

    private static let write = """
        if [ -d "$1" ]; then echo folder
        elif { exec 3>> "$1"; } 2>/dev/null; then echo open
        else echo closed; fi
        """

    /// Asks the kernel, and opens nothing.
    private static let mayWrite = """
        if [ -w "$1" ] || { [ ! -e "$1" ] && [ -w "${1%/*}/" ]; }; then echo open; else echo closed; fi
        """

    private func writing(_ text: String, _ real: NormalPath) async throws(PolicyJail.Failure) -> Seen {
        guard stage.contains(real) || isPrivate(real) else { return try await writingOutside(text, real) }
        switch try await word(Self.write, text) {
        case "open": return .allowed("\(text) can be written")
        case "folder": return .unseen("\(text) is a folder, which no shell opens for writing")
        case "closed" where !stage.contains(real) && !isPrivateRoot(real.parent):
            return .unseen("the folder of \(text) is not there before a run makes it")
        default: return .denied("\(text) cannot be opened for writing")
        }
    }

    /// What is the host's is not written to, not even where the policy lets it be.
    private func writingOutside(_ text: String, _ real: NormalPath) async throws(PolicyJail.Failure) -> Seen {
        let rules = jail.policy.rules(for: jail.tool).filesystem
        if PathJudge(rules: rules, variables: jail.variables, host: host).permits(real, .write) {
            return .unseen("\(text) is this host's, and granted: not tried")
        }
        return try await word(Self.mayWrite, text) == "open"
            ? .allowed("the kernel would let \(text) be written") : .denied("the kernel lets nobody write \(text)")
    }

    private func isPrivateRoot(_ path: NormalPath) -> Bool {
        jail.compiled.plan.freshFolders.contains { NormalPath($0.path) == path }
    }

    private func isPrivate(_ path: NormalPath) -> Bool {
        jail.compiled.plan.freshFolders.contains { NormalPath($0.path).map { path.isBeneath($0) } == true }
    }
}

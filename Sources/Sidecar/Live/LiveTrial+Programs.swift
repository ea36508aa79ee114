internal import Confinement
internal import LinuxSystem
internal import Sandbox

extension LiveTrial {
    /// With so little memory that no program gets to its first instruction: the kernel checks everything that it checks, the
    /// file, its interpreter and the rules on arguments, and then has no room to load it.
    private static let start = "ulimit -c 0; ulimit -v 64; exec \"$@\""

    /// What the shell says of an execve that failed only for want of room.
    private static let wantOfRoom = ["Argument list too long", "Cannot allocate memory"]

    func seen(program words: [String]) async throws(PolicyJail.Failure) -> Seen {
        guard let name = words.first, !name.isEmpty else { return .unseen("no program is named") }
        guard isHere(name) else { return .unseen("there is no `\(name)` on this host") }
        let ran = try await ask(Self.start, words)
        if let refused = ran.outcome.refusedPrograms.first {
            return .denied(jail.compiled.denial(refused).detail)
        }
        switch ran.outcome.end {
        case .signaled: return .allowed("`\(name)` starts")
        case .exited(126), .exited(127):
            if Self.wantOfRoom.contains(where: { ran.errors.contains($0) }) { return .allowed("`\(name)` starts") }
            return .denied("`\(name)` does not start: \(Self.lastWords(ran.errors))")
        default: return .unseen("`\(name)` ended in a way that shows nothing: \(Self.lastWords(ran.errors))")
        }
    }

    /// Without any jail: what is missing on the host is missing for another reason than the policy.
    private func isHere(_ name: String) -> Bool {
        if name.contains("/") { return NormalPath(name).map(isProgram) ?? false }
        let path = (jail.compiled.environment["PATH"] ?? "").split(separator: ":").compactMap { NormalPath(String($0)) }
        return (TrustedFolders.all + path).contains { isProgram($0.appending([name])) }
    }

    private func isProgram(_ path: NormalPath) -> Bool { host.kind(path) == .file && host.isExecutable(path) }

    private static func lastWords(_ text: String) -> String {
        let line = text.split(separator: "\n").last.map(String.init) ?? "it says nothing"
        return line.split(separator: ": ").last.map(String.init) ?? line
    }
}

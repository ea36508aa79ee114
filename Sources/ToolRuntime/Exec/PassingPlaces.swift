internal import Confinement
internal import Sandbox

/// Folders that each run of a jail has for itself (`${tmp}`, /dev/shm): what one call writes there no other call sees, and no
/// command of Bash.
///
/// A worker is one run and serves many calls, of all sessions: what one of them left there would be found by some of the others, as
/// chance has it. So nothing is written there through it.
struct PassingPlaces {
    private let plan: JailPlan
    private let workspace: NormalPath

    init(_ plan: JailPlan, workspace: NormalPath) {
        self.plan = plan
        self.workspace = workspace
    }

    /// The folder that one of these names lies in. What the host has beneath it, and the policy shows, lasts.
    func folder(of names: String...) -> String? {
        for name in names {
            for fresh in plan.freshFolders where Self.isAt(name, fresh.path) && !isShown(name, beneath: fresh.path) {
                return fresh.path
            }
        }
        return nil
    }

    private func isShown(_ name: String, beneath folder: String) -> Bool {
        plan.view.contains { step in
            if case .bind(_, let target, _, _) = step { return Self.isAt(target, folder) && Self.isAt(name, target) }
            return false
        }
    }

    private static func isAt(_ path: String, _ folder: String) -> Bool {
        path.utf8.starts(with: folder.utf8)
            && (path.utf8.count == folder.utf8.count
                || path.utf8.dropFirst(folder.utf8.count).first == UInt8(ascii: "/"))
    }

    /// For who wants to change something there.
    func refusal(_ folder: String) -> ToolOutcome {
        .failure("would_be_lost", "Nothing was written. \(explanation(folder))")
    }

    /// For who finds nothing there.
    func explanation(_ folder: String) -> String {
        "\(folder) is private to each call and empty at its beginning: what one call leaves there no other sees, and no Bash "
            + "command. Keep files below the workspace, \(workspace), or write and use them within one Bash command."
    }
}

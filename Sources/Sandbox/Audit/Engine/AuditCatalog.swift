internal import YAML

/// Every check that there is, in the order of its number.
package enum AuditCatalog {
    package static let checks: [AuditCheck] = {
        let commands = CodeChecks.all + SpawnChecks.all + BinaryChecks.all + PatternChecks.all
        let others =
            PathChecks.all + PlaceChecks.all + NetworkChecks.all + RuleChecks.all + LimitChecks.all + UpkeepChecks.all
        return (commands + others).sorted { ($0.groupRank, $0.number) < ($1.groupRank, $1.number) }
    }()

    package static func check(_ id: String) -> AuditCheck? { byID[id] }

    private static let byID = Dictionary(uniqueKeysWithValues: checks.map { ($0.id, $0) })

    static func hint(for id: String) -> String { NearestName.hint(for: id, among: byID.keys) }

    /// Those that find that code of the agent's choice runs, by whichever program.
    static let codeChecks: Set<String> = [
        "exec.interpreter", "exec.shell_for_tool", "exec.compiler", "exec.package_manager", "exec.workspace_code",
    ]

    /// Those that find that a program starts others which are granted themselves.
    static let spawnChecks: Set<String> = [
        "exec.spawner", "exec.archiver", "exec.git_options", "exec.stream_editor", "exec.search_preprocessor",
        "exec.helper_option",
    ]

    /// The letter before the number, with what its checks are about.
    package static let groups: [(letter: Character, title: String)] = [
        ("C", "Commands"), ("P", "Paths"), ("N", "Network"), ("R", "Rules and upkeep"),
    ]
}

extension AuditCheck {
    fileprivate var groupRank: Int { AuditCatalog.groups.firstIndex { $0.letter == number.first } ?? 0 }
}

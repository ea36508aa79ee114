import Sandbox
import Testing

/// What is said of the policies that come with the program, on a usual machine. A change here is a change of what users
/// are told: it is to be looked at, not only to be adjusted.
@Suite struct ShippedAuditTests {
    private func said(_ report: AuditReport) -> Set<String> {
        Set(report.findings.map { "\($0.check) \($0.severity.rawValue)" })
    }

    @Test(arguments: [("base", "A"), ("strict", "A"), ("readonly", "A"), ("default", "A"), ("ci", "B"), ("open", "F")])
    func grades(_ name: String, _ grade: String) throws {
        let report = try AuditLaboratory.builtIn(name)
        #expect(report.score.grade == grade, "\(report.score.text) \(said(report).sorted())")
        if name != "open" { #expect((report.worst ?? .low) <= .medium, "\(said(report).sorted())") }
        #expect(report.waived.isEmpty)
    }

    @Test(arguments: ShippedPolicies.names) func findingsAreThese(_ name: String) throws {
        let found = said(try AuditLaboratory.builtIn(name))
        let expected = Self.findings[name, default: []]
        #expect(found.subtracting(expected).sorted() == [], "not expected")
        #expect(expected.subtracting(found).sorted() == [], "not found")
    }

    private static let programs: Set<String> = [
        "exec.archiver low", "exec.compiler low", "exec.git_options low", "exec.helper_option low",
        "exec.interpreter low",
        "exec.link low", "exec.missing low", "exec.package_manager low", "exec.search_preprocessor low",
        "exec.spawner low",
        "exec.stream_editor low", "exec.workspace_code low",
    ]

    private static let building: Set<String> = programs.union([
        // Names that `base` does not deny.
        "paths.agent_config_writable low", "paths.missing low", "paths.writable_executable low",
        "rules.widens_parent low",
        // `mcp__*`: a server in a jail of this policy may start its shell.
        "exec.shell_for_tool low",
    ])

    private static let findings: [String: Set<String>] = [
        "base": ["paths.missing low"],
        "strict": ["paths.agent_config_writable low", "paths.missing low", "rules.widens_parent low"],
        "readonly": [
            "exec.git_options low", "exec.helper_option low", "exec.missing low", "exec.search_preprocessor low",
            "paths.missing low", "rules.widens_parent low",
        ],
        "default": building,
        "ci": building.union(["paths.writable_executable medium"]),
        "open": [
            "commands.wildcard_first high", "environment.dangerous high", "exec.archiver low", "exec.compiler high",
            "exec.git_options low", "exec.helper_option low", "exec.interpreter high", "exec.network_client high",
            "exec.package_manager high", "exec.policy_writer low", "exec.remote_shell high",
            "exec.search_preprocessor low",
            "exec.spawner low", "exec.stream_editor low", "exec.workspace_code high", "exec.writable_program high",
            "limits.missing medium", "network.any_port medium", "network.local_socket medium", "network.wildcard high",
            "paths.agent_config_writable high", "paths.agent_config_writable low", "paths.git_writable high",
            "paths.git_writable low", "paths.git_writable medium", "paths.policy_writable high",
            "paths.root_writable critical",
            "paths.search_path_writable high", "paths.secrets_readable critical", "paths.writable_executable high",
            "sandbox.weak high",
        ],
    ]
}

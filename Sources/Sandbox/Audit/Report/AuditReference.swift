/// docs/audit.md, from the declarations of the checks.
package enum AuditReference {
    package static func markdown() -> String {
        var text = head
        for group in AuditCatalog.groups {
            text += "\n## \(group.title)\n"
            for check in AuditCatalog.checks where check.number.first == group.letter { text += entry(check) }
        }
        return text
    }

    private static func entry(_ check: AuditCheck) -> String {
        """

        ### `\(check.id)`

        \(check.title). (\(check.number), \(check.severity.rawValue))

        \(check.why)

        To mend it: \(check.fix)

        """
    }

    private static func listed(_ checks: Set<String>) -> String {
        checks.sorted().map { "`\($0)`" }.joined(separator: ", ")
    }

    private static let head = """
        <!-- Written from AuditCatalog. To renew it: SIDECAR_UPDATE_DOCS=1 swift test --filter GeneratedDocumentsTests -->

        # What `sidecar policy audit` looks for

        `sidecar policy check` says whether a policy is right; `audit` says whether it is wise: here, on this host, for this
        workspace. Each finding names the rule and its place, what is on this host, why it matters and how to mend it.

            sidecar policy audit default
            sidecar policy audit policies/*.yaml --fail-on high
            sidecar policy audit team.yaml --format sarif > audit.sarif

        The severity below is the usual one. Facts change it: an interpreter in a jail without network is `low`, with some
        hosts `medium`, with every host `high`. A program that is not on this host is `low` whatever it is. Where the host
        gives no mounts (rung D and below, see `sidecar doctor`), what depends on them weighs more. Findings of one check and
        severity in one file are shown as one, with all their lines, where there are many: low ones always, medium ones from four,
        others from six. Low ones of built-in policies that a file extends are only counted in the text; JSON and SARIF have them.

        ## Grade and score

        Each cause takes from 10 what its worst finding weighs (critical 4, high 2, medium 0.5, low 0.05), and a tenth of that
        for each further finding, up to half as much again. A check is a cause of its own, with two exceptions: that code of the
        agent's choice runs is one (\(listed(AuditCatalog.codeChecks))), and that programs
        start others another (\(listed(AuditCatalog.spawnChecks))).
        With a medium finding the score is at most 8.9, with a high one 7.4, with a critical one 3.9. A is 9.0 and more, B 7.5, C 6.0, D 4.0, E 2.0, F
        what is below. So a policy that lets a project be built with an interpreter, a compiler and a package manager loses
        half a point, and as much again for a few hosts that they reach, not ten points for ten programs; one secret that can be
        read and sent away is worse than all of that. `--fail-on` looks at findings alone.

        ## Waivers

        A finding that is accepted is waived in the policy, by its check, with a reason, an owner and a last day:

            waivers:
              - { check: exec.interpreter, reason: "builds need it", owner: platform, expires: 2027-06-30 }

        It is shown as waived and does not count. From the day after, it counts again, and the waiver is a finding itself.
        Waivers are inherited by files that extend the policy. Findings about waivers cannot be waived.

        ## What needs more than the policy

        | for | give | else |
        |---|---|---|
        | `rules.unused` | `--log FILE`: the audit log, JSON lines with `tool` and `input`; calls are judged again, and rights that none of at least 20 needed are named | not evaluated |
        | `rules.changed`, `exec.changed` | `--baseline FILE`: what `--write-baseline FILE` wrote when the policy was approved, or the approved policy itself (rules only) | not evaluated |
        | `rules.unknown_name` | `.mcp.json` in the workspace, for the names of servers | system calls only |

        A check that is not evaluated is listed as such, with the reason; it is never silently taken for passed.

        """
}

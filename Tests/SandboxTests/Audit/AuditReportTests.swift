import JSON
import Sandbox
import Testing

@Suite struct AuditReportTests {
    // MARK: Score

    private func finding(_ check: String, _ severity: AuditSeverity) -> AuditFinding {
        AuditFinding(
            check: check, severity: severity, rule: nil, place: RulePlace(file: "p", line: 1, column: 1), message: "m",
            evidence: [], why: "w", fix: "f")
    }

    @Test func scoreFollowsFromFindings() {
        func score(_ findings: [AuditFinding]) -> String { AuditScore(findings).text + AuditScore(findings).grade }
        #expect(score([]) == "10.0A")
        #expect(score([finding("a", .low)]) == "9.9A")
        #expect(score((0..<40).map { finding("\($0)", .low) }) == "8.0B")
        #expect(score([finding("a", .medium), finding("b", .medium)]) == "8.9B")
        // Further findings of one check weigh a tenth each, up to half as much again.
        #expect(score([finding("a", .medium), finding("a", .medium)]) == "8.9B")
        #expect(score(Array(repeating: finding("a", .medium), count: 50)) == "8.9B")
        // One cause, whichever programs and checks show it.
        let code = ["exec.interpreter", "exec.compiler", "exec.package_manager"]
        #expect(score(code.map { finding($0, .medium) }) == "8.9B")
        #expect(score([finding("a", .high)]) == "7.4C")
        #expect(score([finding("a", .high), finding("b", .high)]) == "6.0C")
        #expect(score([finding("a", .critical)]) == "3.9E")
        #expect(score(["a", "b", "c"].map { finding($0, .critical) }) == "0.0F")
    }

    // MARK: Waivers

    private func waived(_ expires: String, check: String = "exec.setuid") throws -> AuditReport {
        try AuditLaboratory.audit("commands: { allow: [mount] }\n" + AuditCase.waiver(check, expires))
    }

    @Test func aWaivedFindingIsListedAndDoesNotCount() throws {
        let open = try AuditLaboratory.audit("commands: { allow: [mount] }")
        let report = try waived("2026-11-21")
        #expect(open.findings.contains { $0.check == "exec.setuid" })
        #expect(!report.findings.contains { $0.check == "exec.setuid" })
        let finding = try #require(report.waived.first)
        #expect(finding.check == "exec.setuid")
        #expect(finding.waiver?.owner == "me" && finding.waiver?.reason == "because")
        #expect(report.score.value > open.score.value)
    }

    @Test func anExpiredWaiverCountsTwice() throws {
        let report = try waived("2026-11-20")
        #expect(report.waived.isEmpty)
        let expired = try #require(report.findings.first { $0.check == "waivers.expired" })
        #expect(expired.rule == "waivers[0]" && expired.place.line == 4)
        #expect(report.findings.contains { $0.check == "exec.setuid" })
    }

    @Test func waiversCannotWaiveThemselves() throws {
        let report = try AuditLaboratory.audit(AuditCase.waiver("waivers.unknown", "2027-01-01"))
        #expect(report.findings.contains { $0.check == "waivers.unknown" })
    }

    /// One cause, one finding: the policy and both programs lie in one folder that may be written.
    @Test func filesThatOneRuleOpensAreOneFinding() throws {
        var request = AuditLaboratory.request
        request.ownFiles = ["/srv/bin/sidecar", "/srv/bin/sidecar-jail"].compactMap { NormalPath($0) }
        let report = try AuditLaboratory.audit(
            "filesystem: { write: [/srv] }\ncommands: { allow: [cp, tee] }\nrequire: [seccomp, landlock]", .usual,
            request)
        let found = report.findings.filter { $0.severity >= .high }
        #expect(found.map(\.check) == ["paths.policy_writable"])
        #expect(found.first?.evidence == ["/srv/policies/p.yaml", "/srv/bin/sidecar", "/srv/bin/sidecar-jail"])
    }

    // MARK: What was not looked at

    @Test func withoutAPlanItsChecksAreNotEvaluated() throws {
        var machine = AuditMachine.usual
        machine.machine.folder("/work/real")
        machine.machine.link("/work/.husky", to: "real")
        let policy = """
            filesystem: { read: [/usr], write: ["${workspace}"], deny: [{ path: "${workspace}/.husky", only: write }] }
            commands: { allow: ["git status *"] }
            """
        let whole = try AuditLaboratory.audit(policy)
        #expect(!whole.omissions.contains { $0.check.hasPrefix("paths.") })
        let report = try AuditLaboratory.audit(policy, machine)
        let finding = try #require(report.findings.first { $0.check == "paths.not_enforced" })
        #expect(finding.severity == .high && finding.message.contains("symbolic link"))
        for check in ["paths.not_enforced", "paths.deny_movable"] {
            let omission = try #require(report.omissions.first { $0.check == check })
            #expect(omission.reason.contains("no plan can be made here: /work/.husky is a symbolic link"))
        }
    }

    @Test func aWorkspaceThatIsTooLargeIsSaidToBe() throws {
        var machine = AuditMachine.usual
        machine.machine.folder("/work/many")
        machine.crowd = (folder: "/work/many", count: 50_001)
        machine.special["/work/many/sock"] = .socket
        let report = try AuditLaboratory.audit("filesystem: { write: [\"${workspace}\"] }", machine)
        for check in ["paths.hard_link", "paths.nested_repository", "paths.special_file", "paths.hidden_characters"] {
            #expect(report.omissions.contains { $0.check == check && $0.reason.contains("50000 entries") }, "\(check)")
        }
    }

    // MARK: Places and rows

    @Test func findingsPointToTheRuleInItsOwnFile() throws {
        let report = try AuditLaboratory.audit(
            "extends: q.yaml", others: ["q.yaml": "version: 1\ncommands:\n  allow: [ls, perl]\n"])
        let finding = try #require(report.findings.first { $0.check == "exec.interpreter" })
        #expect(finding.place == RulePlace(file: "q.yaml", line: 3, column: 15))
        #expect(finding.rule == "commands.allow[1]")
        #expect(finding.evidence.contains("/usr/bin/perl"))
        #expect(report.loaded.line(of: finding.place) == "  allow: [ls, perl]")
    }

    @Test func longRowsAreOneFinding() throws {
        let names = (0..<9).map { "none\($0)" }.joined(separator: ", ")
        let report = try AuditLaboratory.audit("commands: { allow: [\(names)] }")
        let missing = report.findings.filter { $0.check == "exec.missing" }
        #expect(missing.count == 1)
        #expect(missing.first?.evidence.count == 9)
    }

    @Test func whatCannotBeEvaluatedIsSaid() throws {
        let report = try AuditLaboratory.audit("")
        #expect(report.omissions.map(\.check) == ["exec.changed", "rules.unused", "rules.changed"])
        #expect(report.omissions.allSatisfy { $0.reason.contains("--") })
    }

    /// `${tmp}` is private to a run, also where the workspace lies in the host's /tmp.
    @Test func theRunsOwnTemporaryFolderIsNotTheHosts() throws {
        var request = AuditLaboratory.request
        request.variables.workspace = NormalPath(parts: ["tmp", "ws"])
        var machine = AuditMachine.usual
        machine.machine.file("/tmp/ws/.git/config", "x")
        let text = """
            filesystem:
              read: ["${workspace}"]
              write: ["${tmp}"]
              execute: ["${workspace}/build"]
              deny: [{ path: "${workspace}/.git/config", only: write }]
            """
        let found = try AuditLaboratory.audit(text, machine, request).findings.map(\.check)
        #expect(
            Set(found).isDisjoint(with: ["paths.deny_movable", "paths.root_writable", "paths.writable_executable"]))
    }

    // MARK: Baseline

    @Test func aBaselineIsWrittenAndRead() throws {
        let text = "commands: { allow: [ls], deny: [perl] }\nlimits: { wall: 1s }"
        let loaded = try Sample.load(text).get()
        let baseline = AuditBaseline(loaded, AuditLaboratory.request, host: AuditMachine.usual)
        let read = try #require(AuditBaseline(parsing: baseline.text))
        #expect(read == baseline)
        #expect(baseline.text.contains("rule commands.deny perl\n"))
        #expect(baseline.text.contains(" /usr/bin/ls\n"))
        var request = AuditLaboratory.request
        request.baseline = read
        let report = try AuditLaboratory.audit(text, .usual, request)
        #expect(!report.findings.contains { $0.check.hasSuffix(".changed") })
        #expect(report.omissions.map(\.check) == ["rules.unused"])
        #expect(AuditBaseline(parsing: "version: 1\n") == nil)
    }

    // MARK: JSON

    @Test func jsonHasThePromisedShape() throws {
        let report = try AuditLaboratory.audit(
            "commands: { allow: [perl, awk] }\n\(AuditCase.everywhere)\n" + AuditCase.waiver("exec.link", "2027-01-01"))
        let json = try JSONValue(parsing: AuditReport.json([report, report]).text(style: .pretty))
        #expect(json.object?.keys == ["files", "summary"])
        let file = try #require(json["files"]?[0])
        #expect(file["file"]?.string == "p.yaml" && file["grade"]?.string == report.score.grade)
        #expect(file["score"]?.double == report.score.value)
        let findings = try #require(file["findings"]?.array)
        for finding in findings {
            for key in ["check", "severity", "message", "why", "fix"] {
                #expect(finding[key]?.string?.isEmpty == false)
            }
            #expect((finding["line"]?.int ?? 0) >= 1 && (finding["column"]?.int ?? 0) >= 1)
            #expect(finding["waiver"] == nil)
        }
        #expect(file["waived"]?[0]?["waiver"]?["expires"]?.string == "2027-01-01")
        for severity in AuditSeverity.allCases {
            #expect(json["summary"]?[severity.rawValue]?.int == 2 * report.count(severity))
        }
    }
}

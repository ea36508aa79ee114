import Sidecar
import Testing

/// What is made of an attempt, without a jail.
@Suite struct ProofJudgingTests {
    private static let worked = ControlOutcome(result: .worked, reason: "")

    private func judge(
        _ control: ControlOutcome.Result = .worked, _ change: (inout AttemptFindings) -> Void
    ) -> AttemptVerdict {
        var found = AttemptFindings()
        change(&found)
        return AttemptVerdict.judge(found, control: ControlOutcome(result: control, reason: "ENOENT"))
    }

    @Test func `An attempt is held where it failed and its control worked`() {
        #expect(judge { $0.evidence = "EACCES" } == AttemptVerdict(.held, "EACCES"))
        #expect(judge(.unsafe) { $0.evidence = "EPERM" }.result == .held)
        #expect(judge(.impossible) { $0.evidence = "EPERM" }.result == .held)
        #expect(judge { $0.missingProgram = "find" } == AttemptVerdict(.held, "find is not in the jail"))
    }

    @Test func `What shows nothing is not held`() {
        #expect(judge(.failed) { $0.evidence = "EACCES" }.result == .inconclusive)
        #expect(judge { $0.didNotRun = "the run did not begin" }.result == .inconclusive)
        // A missing program is no excuse for a run that there was not.
        #expect(
            judge {
                $0.didNotRun = "no shell ran"
                $0.missingProgram = "find"
            }.result == .inconclusive)
    }

    @Test func `What worked is broken unless a rule allows it`() {
        #expect(judge { $0.worked = true }.result == .broken)
        #expect(judge(.failed) { $0.worked = true }.result == .broken)
        let granted = judge {
            $0.worked = true
            $0.grant = "commands.allow[3]"
        }
        #expect(granted == AttemptVerdict(.granted, "by commands.allow[3]"))
        // The rule does not excuse what it says nothing of.
        #expect(
            judge {
                $0.grant = "commands.allow[3]"
                $0.breaches = ["OUTSIDE/target was changed"]
            } == AttemptVerdict(.broken, "OUTSIDE/target was changed"))
        // Seen by the host, whatever came of the run inside.
        #expect(
            judge {
                $0.didNotRun = "no report"
                $0.breaches = ["a secret was read"]
            }.result == .broken)
    }

    @Test func `The probe's line is read strictly`() {
        let report = ProbeReport(parsing: "x\n\n=probe\trefused\tEACCES\t20000 tries\n")
        #expect(report == ProbeReport(outcome: .refused, error: "EACCES", note: "20000 tries"))
        #expect(ProbeReport(parsing: "=probe\tworked\t-\t")?.outcome == .worked)
        for wrong in [
            "", "probe\tworked\t-\t", "=probe\tworked\t-", "=probe\tfine\t-\t", "=probe\tworked\t-\t\tx",
            "=probe\trefused\tE ACCES\t", "=probe\trefused\t\t",
            "=probe\trefused\tEPERM\t\n=probe\trefused\tEPERM\t",
            "=probe\trefused\tEPERM\t" + String(repeating: "x", count: 500),
        ] { #expect(ProbeReport(parsing: wrong) == nil, "\(wrong)") }
    }

    @Test func `What comes from inside is shown without controls`() {
        #expect(EvidenceText.clean("a\u{1B}[31mb\u{202E}c\u{0}  d") == "a [31mb c d")
        #expect(EvidenceText.clean(String(repeating: "x", count: 900)).count == 160)
        #expect(EvidenceText.lastLine(of: "one\n\u{1B}two\n\n \n") == "two")
    }

    @Test func `Places are filled in, and braces of the shell stay`() throws {
        var places = ProofPlaces()
        places["ws"] = "/w"
        places["call"] = "perl -e 1"
        #expect(try places.fill("cat {ws}/a ${x} ${p%?} { {call}; }") == "cat /w/a ${x} ${p%?} { perl -e 1; }")
        #expect(try places.fill("awk 'BEGIN { x }'") == "awk 'BEGIN { x }'")
        #expect(throws: ProofPlaces.Missing.self) { try places.fill("{lan}") }
    }

    @Test func `Attempts are many, have ids of their own, and every group has some`() {
        let ids = EscapeCatalog.all.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(ids.count >= 150)
        for group in EscapeGroup.allCases {
            #expect(EscapeCatalog.all.count { $0.group == group } >= 8, "\(group)")
        }
        for id in ids {
            let parts = id.split(separator: ".")
            #expect(parts.count == 2 && EscapeGroup(rawValue: String(parts[0])) != nil, "\(id)")
            #expect(id.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789.-".utf8.contains($0) }, "\(id)")
        }
    }

    @Test func `A proof that shows nothing is none`() {
        var report = ProofReport()
        #expect(!report.isProof)
        let attempts = EscapeCatalog.all.filter { $0.group == .git }
        report.lines = attempts.map { line($0, .inconclusive) }
        #expect(!report.isProof)
        report.lines += EscapeCatalog.all.filter { $0.group == .files }.map { line($0, .held) }
        #expect(report.emptyGroups == [.git])
        #expect(!report.isProof)
        report.lines.append(line(attempts[0], .held))
        #expect(report.isProof)
        report.lines.append(line(attempts[1], .granted))
        #expect(report.isProof)
        report.lines.append(line(attempts[2], .broken))
        #expect(!report.isProof)
    }

    private func line(_ attempt: EscapeAttempt, _ result: AttemptVerdict.Result) -> ProofReport.Line {
        ProofReport.Line(attempt: attempt, verdict: AttemptVerdict(result, ""), control: Self.worked)
    }
}
